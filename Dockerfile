# One image for web, worker and beat. Which of them a container is, its command says.

FROM python:3.11-slim-trixie AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /opt/vouch \
    && /opt/vouch/bin/pip install --no-cache-dir --require-hashes --no-deps \
        -r /tmp/base.txt

FROM python:3.11-slim-trixie
ENV PATH=/opt/vouch/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production
# pg_dump and pg_restore, of PostgreSQL 17 as in docker-compose.yml, for the backups.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 vouch
COPY --from=packages /opt/vouch /opt/vouch
WORKDIR /srv/vouch
COPY . .
# Collecting static files looks at the settings and at nothing they name.
RUN SECRET_KEY=only-for-collecting-static-files-0123456789-abcdefghijkl \
    ERASURE_KEY=only-for-collecting-static-files-0123456789-abcdefghijkl \
    ALLOWED_HOSTS=localhost PUBLIC_URL=https://localhost \
    DATABASE_URL=postgresql:///none REDIS_URL=redis://none \
    python manage.py collectstatic --no-input --verbosity 0
USER vouch
EXPOSE 8000
CMD ["gunicorn", "-c", "python:config.web", "--bind", "0.0.0.0:8000", "config.wsgi"]
