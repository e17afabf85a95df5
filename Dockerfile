# syntax=docker/dockerfile:1
# The silo: docker build -t orleans-operator:0.1.0 .

FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source
COPY . .
# CI: locked packages, and paths in symbols that do not depend on this folder.
RUN --mount=type=cache,target=/root/.nuget/packages \
    CI=true dotnet publish src/Silo -c Release --arch $TARGETARCH --os linux --no-self-contained -p:PublishReadyToRun=true -o /app

# No shell, no package manager, and a user that is not root.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app .
# The addresses are the silo's own settings.
ENV ASPNETCORE_HTTP_PORTS=
USER $APP_UID
EXPOSE 8080 11111
ENTRYPOINT ["dotnet", "OrleansOperator.Silo.dll"]
