# Apart from the sources: a change of these alone installs packages anew.
FROM node:24-trixie-slim AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY service-kit/package.json service-kit/
COPY order-service/package.json order-service/
COPY payment-service/package.json payment-service/
COPY inventory-service/package.json inventory-service/
COPY stack/package.json stack/
COPY bench/package.json bench/
COPY e2e/package.json e2e/

# One build for all three services: their images share it.
FROM manifests AS build
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY tsconfig.base.json ./
COPY service-kit service-kit
COPY order-service order-service
COPY payment-service payment-service
COPY inventory-service inventory-service
RUN npm run build -- *-service order-service/page \
 && find ./*/dist -type f ! -name '*.js' -delete \
 # Only order-service has a page; what of it is compiled is in dist.
 && mkdir -p $(printf '%s/page ' *-service) \
 && find ./*/page -type f ! -name '*.html' ! -name '*.css' -delete

FROM manifests AS dependencies
ARG SERVICE
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --workspace=${SERVICE}-service

FROM node:24-trixie-slim
ARG SERVICE
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=dependencies /app/service-kit service-kit
COPY --from=dependencies /app/${SERVICE}-service ${SERVICE}-service
COPY db/${SERVICE} db/${SERVICE}
COPY --from=build /app/service-kit/dist service-kit/dist
COPY --from=build /app/${SERVICE}-service/page ${SERVICE}-service/page
COPY --from=build /app/${SERVICE}-service/dist ${SERVICE}-service/dist
USER node
WORKDIR /app/${SERVICE}-service
CMD ["node", "dist/main.js"]
