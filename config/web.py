"""How gunicorn serves: `gunicorn -c python:config.web --bind HOST:PORT config.wsgi`."""

import os

from config import env, logs

worker_class = "gthread"
workers = 2
threads = 4
# A request that takes longer has failed; slow work belongs to the worker.
timeout = 30
graceful_timeout = 10
keepalive = 5
# Workers prove that they live through a file, which a slow disk would delay.
_MEMORY = "/dev/shm"  # noqa: S108
worker_tmp_dir = _MEMORY if os.access(_MEMORY, os.W_OK) else None
control_socket_disable = True
logconfig_dict = logs.settings(env.text("LOG_LEVEL"))
