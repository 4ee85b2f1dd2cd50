# One image for every process; docker-compose.yml says which one a container runs.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
RUN npm install --global pnpm@12.21.0
COPY . .
RUN pnpm install --frozen-lockfile && node scripts/build.ts

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production TZ=UTC NODE_COMPILE_CACHE=/tmp/compile-cache WEFT_TEMPLATES_DIR=/app/templates
COPY --from=build --chown=node:node /app /app
USER node
CMD ["node", "apps/web/src/server/main.ts"]
