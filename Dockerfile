# The worker's image: what requirements.lock pins, the packages consumer and schemas, no more.

FROM python:3.12-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
WORKDIR /build
COPY requirements.lock .
RUN /venv/bin/pip install --require-hashes --requirement requirements.lock
# A model's own code, where its pickle needs any: a requirements file that comes as a build secret
# (docker build --secret id=extra_requirements,src=FILE) and stays out of every layer. Without its
# dependencies, so that nothing that is pinned can change.
RUN --mount=type=secret,id=extra_requirements \
    if [ -s /run/secrets/extra_requirements ]; then \
      /venv/bin/pip install --no-deps --requirement /run/secrets/extra_requirements; \
    fi

FROM python:3.12-slim
RUN groupadd --gid 10001 churn \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin churn
COPY --from=build /venv /venv
WORKDIR /app
COPY consumer/ consumer/
COPY schemas/ schemas/
RUN /venv/bin/python -m compileall -q consumer schemas
ENV PATH=/venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["python", "-m", "consumer"]
