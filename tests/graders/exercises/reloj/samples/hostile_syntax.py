def espera(:
