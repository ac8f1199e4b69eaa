"""The benchmarks: our pages and one approval step, each against its floor (`make bench`)."""
