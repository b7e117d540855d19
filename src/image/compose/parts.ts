/** What of a toolchain's official image makes the toolchain, so that it can be put into another one. */
export interface ToolchainPart {
  /** Folders and files that are copied; null: it is mixed with the system, and can only be what others are put on. */
  readonly folders: readonly string[] | null
  /** Files that others of the same name replace, so that two toolchains which bring it have to be of one version. */
  readonly owns?: string
  /** Programs whose shared libraries are looked for, as patterns of a shell; libraries in `folders` are looked at too. */
  readonly programs: readonly string[]
  /** Libraries that are loaded by name while it runs, which no program lists; as patterns of a shell. */
  readonly libraries?: readonly string[]
  /** Variables that are taken over with the values that the image has. */
  readonly variables: readonly string[]
  /** Folders that PATH gets besides those of the image's own PATH. */
  readonly path?: readonly string[]
  /** What prints its version. */
  readonly version: string
}

const JDK = '/opt/java/openjdk'
const JAVA_VARIABLES = ['JAVA_HOME', 'JAVA_VERSION']
const JAVA_PROGRAMS = [`${JDK}/bin/java`, `${JDK}/bin/javac`]

/**
 * The one table of how official images are laid out. Its order says which of several images the others are put on: the
 * first in it, since it needs most of its own system (libraries and compilers). What is portable comes last.
 */
export const PARTS: Readonly<Record<string, ToolchainPart>> = {
  swift: { folders: null, programs: [], variables: [], version: 'swift --version' },
  php: {
    folders: ['/usr/local'],
    programs: ['/usr/local/bin/php'],
    variables: ['PHP_INI_DIR', 'PHP_VERSION', 'PHP_CFLAGS', 'PHP_CPPFLAGS', 'PHP_LDFLAGS'],
    version: 'php --version',
  },
  ruby: {
    folders: ['/usr/local'],
    programs: ['/usr/local/bin/ruby'],
    variables: ['GEM_HOME', 'BUNDLE_SILENCE_ROOT_WARNING', 'BUNDLE_APP_CONFIG', 'RUBY_VERSION'],
    version: 'ruby --version',
  },
  elixir: {
    folders: ['/usr/local'],
    programs: ['/usr/local/lib/erlang/erts-*/bin/beam.smp'],
    variables: ['ELIXIR_VERSION', 'OTP_VERSION', 'LANG'],
    version: 'elixir --version',
  },
  go: {
    folders: ['/usr/local/go', '/go'],
    programs: ['/usr/local/go/bin/go'],
    variables: ['GOLANG_VERSION', 'GOTOOLCHAIN', 'GOPATH'],
    version: 'go version',
  },
  rust: {
    folders: ['/usr/local/rustup', '/usr/local/cargo'],
    programs: ['/usr/local/rustup/toolchains/*/bin/rustc', '/usr/local/rustup/toolchains/*/bin/cargo'],
    variables: ['RUSTUP_HOME', 'CARGO_HOME', 'RUST_VERSION'],
    version: 'rustc --version',
  },
  python: {
    folders: ['/usr/local'],
    programs: ['/usr/local/bin/python3'],
    variables: ['PYTHON_VERSION', 'LANG'],
    version: 'python3 --version',
  },
  dotnet: {
    folders: ['/usr/share/dotnet'],
    programs: ['/usr/share/dotnet/dotnet'],
    libraries: ['libicu*.so.*', 'libssl.so.*', 'libcrypto.so.*'],
    variables: [
      ...['DOTNET_VERSION', 'DOTNET_SDK_VERSION', 'ASPNET_VERSION', 'DOTNET_RUNNING_IN_CONTAINER'],
      ...['DOTNET_USE_POLLING_FILE_WATCHER', 'DOTNET_GENERATE_ASPNET_CERTIFICATE', 'DOTNET_NOLOGO'],
      'NUGET_XMLDOC_MODE',
    ],
    path: ['/usr/share/dotnet'],
    version: 'dotnet --version',
  },
  gradle: {
    folders: [JDK, '/opt/gradle'],
    owns: JDK,
    programs: JAVA_PROGRAMS,
    variables: [...JAVA_VARIABLES, 'GRADLE_HOME', 'GRADLE_VERSION'],
    path: ['/opt/gradle/bin'],
    version: 'gradle --version',
  },
  maven: {
    folders: [JDK, '/usr/share/maven'],
    owns: JDK,
    programs: JAVA_PROGRAMS,
    variables: [...JAVA_VARIABLES, 'MAVEN_HOME', 'MAVEN_CONFIG'],
    path: ['/usr/share/maven/bin'],
    version: 'mvn --version',
  },
  java: {
    folders: [JDK],
    owns: JDK,
    programs: JAVA_PROGRAMS,
    variables: JAVA_VARIABLES,
    version: 'java -version',
  },
  node: {
    folders: ['/usr/local', '/opt'],
    programs: ['/usr/local/bin/node'],
    variables: ['NODE_VERSION', 'YARN_VERSION'],
    version: 'node --version',
  },
  deno: {
    folders: ['/usr/bin/deno'],
    programs: ['/usr/bin/deno'],
    variables: ['DENO_VERSION'],
    version: 'deno --version',
  },
  bun: {
    folders: ['/usr/local/bin'],
    programs: ['/usr/local/bin/bun'],
    variables: ['BUN_RUNTIME_TRANSPILER_CACHE_PATH'],
    version: 'bun --version',
  },
}
