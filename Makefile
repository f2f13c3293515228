# Aliases of dev.py, which says what each one does. Arguments: make test ARGS="-k gather"
.PHONY: setup run test check bench clean

setup run test check bench:
	@python3 dev.py $@ $(ARGS)

# The data of make run stays; delete .data yourself to begin anew.
clean:
	rm -rf .venv .runtime .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
