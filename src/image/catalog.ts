/** What one toolchain runs in. */
export interface CatalogEntry {
  /** Image reference with `{version}` where the version goes. */
  readonly image: string
  /** The version where the task names none. */
  readonly version: string
  /** Tags that ranges of a repository's files choose from, newest first; of others the least version is taken. */
  readonly versions: readonly string[]
  /** Whether every tag has all three numbers. */
  readonly fullTags?: true
  /** Turns a version as people write it into the one of the image's tags; as it is when there is none. */
  readonly tag?: (version: string) => string
  /** Why this image, for the reference page. */
  readonly note: string
}

/** `8` → `8.0`: images whose tags always have two parts. */
const twoParts = (version: string) => (/^\d+$/.test(version) ? `${version}.0` : version)

const JDKS = ['25', '21', '17', '11', '8']

/**
 * The one table from toolchain to image: official images, slim where a plain build works in it (CTN-8). A row
 * is data; nothing else in the project knows a toolchain's name (RUN-4). `docs/toolchains.md` is made from it.
 */
export const CATALOG: Readonly<Record<string, CatalogEntry>> = {
  node: {
    image: 'node:{version}-slim',
    version: '24',
    versions: ['24', '22', '20', '18'],
    note: 'slim: npm and corepack, no compiler',
  },
  dotnet: {
    image: 'mcr.microsoft.com/dotnet/sdk:{version}',
    version: '10.0',
    versions: ['10.0', '9.0', '8.0', '7.0', '6.0'],
    tag: twoParts,
    note: 'the SDK; it contains the runtime',
  },
  python: {
    image: 'python:{version}-slim',
    version: '3.14',
    versions: ['3.14', '3.13', '3.12', '3.11', '3.10', '3.9', '3.8'],
    note: 'slim: pip and wheels, no compiler',
  },
  go: {
    image: 'golang:{version}',
    version: '1.26',
    versions: ['1.26', '1.25', '1.24', '1.23', '1.22', '1.21'],
    note: 'full: cgo needs its compiler',
  },
  rust: {
    image: 'rust:{version}-slim',
    version: '1',
    versions: ['1'],
    note: 'slim: has the linker that cargo needs',
  },
  java: { image: 'eclipse-temurin:{version}-jdk', version: '25', versions: JDKS, note: 'Temurin JDK' },
  maven: {
    image: 'maven:3-eclipse-temurin-{version}',
    version: '25',
    versions: JDKS,
    note: 'Maven 3; the version is the JDK’s',
  },
  gradle: {
    image: 'gradle:9-jdk{version}',
    version: '25',
    versions: JDKS,
    note: 'Gradle 9; the version is the JDK’s',
  },
  ruby: {
    image: 'ruby:{version}',
    version: '3.4',
    versions: ['3.4', '3.3', '3.2', '3.1'],
    note: 'full: native gems need its compiler',
  },
  php: {
    image: 'php:{version}-cli',
    version: '8.4',
    versions: ['8.4', '8.3', '8.2', '8.1'],
    note: 'the command line variant',
  },
  deno: {
    image: 'denoland/deno:{version}',
    version: '2.5.6',
    versions: ['2.5.6'],
    note: 'tags are full versions',
    fullTags: true,
  },
  bun: {
    image: 'oven/bun:{version}',
    version: '1',
    versions: ['1'],
    note: 'slim lacks what bun install needs',
  },
  swift: {
    image: 'swift:{version}',
    version: '6.2',
    versions: ['6.2', '6.1', '6.0', '5.10', '5.9'],
    note: 'full: slim has no compiler',
  },
  elixir: {
    image: 'elixir:{version}',
    version: '1.19',
    versions: ['1.19', '1.18', '1.17', '1.16', '1.15'],
    note: 'full: NIFs need its compiler',
  },
}
