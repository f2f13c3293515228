# Aliases of dev.py, which says what each one does. Arguments: make test ARGS="-k gather"
.PHONY: setup run test quick check thorough bench screenshots stranger pythons clean

setup run test quick check thorough bench screenshots stranger pythons:
	@python3 dev.py $@ $(ARGS)

# The data of make run stays; delete .data yourself to begin anew.
clean:
	rm -rf .venv .runtime .pythons .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
