# One name per job. Without make: sh run.sh and sh test.sh do the same.
.PHONY: run test lint format benchmark bundle check

run:
	sh run.sh

test:
	sh test.sh

lint:
	sh scripts/setup.sh train,onnx,test,lint
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format:
	sh scripts/setup.sh train,onnx,test,lint
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

benchmark:
	sh scripts/setup.sh train,onnx,test,lint
	.venv/bin/python -m benchmarks.speed

bundle:
	sh scripts/bundle.sh

check:
	.ci/run
