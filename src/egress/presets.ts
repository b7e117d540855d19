/**
 * Hosts by what a task does: the registries of package managers with where they send their users for the files, and
 * the services that workflows use. A name that begins with `*.` covers what is below it.
 */
export const PRESETS = {
  npm: ['registry.npmjs.org', 'registry.yarnpkg.com', 'repo.yarnpkg.com'],
  node: ['nodejs.org', 'registry.npmjs.org'],
  pypi: ['pypi.org', 'files.pythonhosted.org'],
  nuget: ['api.nuget.org', 'www.nuget.org', 'globalcdn.nuget.org'],
  maven: ['repo.maven.apache.org', 'repo1.maven.org'],
  gradle: [
    'plugins.gradle.org',
    'plugins-artifacts.gradle.org',
    'services.gradle.org',
    'downloads.gradle.org',
  ],
  go: ['proxy.golang.org', 'sum.golang.org'],
  crates: ['index.crates.io', 'static.crates.io', 'crates.io'],
  rustup: ['static.rust-lang.org'],
  rubygems: ['rubygems.org', 'index.rubygems.org'],
  packagist: ['packagist.org', 'repo.packagist.org', 'api.github.com', 'codeload.github.com'],
  hex: ['hex.pm', 'repo.hex.pm', 'builds.hex.pm'],
  conda: ['conda.anaconda.org', 'repo.anaconda.com'],
  debian: ['deb.debian.org', 'security.debian.org', 'snapshot.debian.org'],
  ubuntu: ['archive.ubuntu.com', 'security.ubuntu.com', 'ports.ubuntu.com', 'azure.archive.ubuntu.com'],
  alpine: ['dl-cdn.alpinelinux.org'],
  fedora: ['mirrors.fedoraproject.org', 'dl.fedoraproject.org'],
  github: [
    ...['github.com', 'api.github.com', 'codeload.github.com', 'objects.githubusercontent.com'],
    ...[
      'raw.githubusercontent.com',
      'release-assets.githubusercontent.com',
      'github-cloud.githubusercontent.com',
    ],
    'media.githubusercontent.com',
  ],
  gitlab: ['gitlab.com'],
  ghcr: ['ghcr.io', 'pkg-containers.githubusercontent.com'],
  dockerhub: [
    ...['registry-1.docker.io', 'auth.docker.io', 'production.cloudflare.docker.com'],
    ...[
      'production.cloudfront.docker.com',
      'docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com',
    ],
  ],
  playwright: ['cdn.playwright.dev', 'playwright.download.prss.microsoft.com'],
  anthropic: ['api.anthropic.com'],
  openai: ['api.openai.com'],
} as const satisfies Readonly<Record<string, readonly string[]>>
