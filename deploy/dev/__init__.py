"""The whole platform on one machine, without containers: real servers, started and stopped by one supervisor.

The parts, from the bottom up: `ports` and `site` (the data folder: ports, secrets, logs), `process` (one
child process and its identity), `servers/` (one class per server), `processes` (our own processes as plain
data), `environment` (the variables each of them gets), `supervisor` (start in parallel, watch, stop),
`platform` (the Python interface), `__main__` (the commands).
"""
