/** A tool that keeps what it downloads in a folder. */
export interface Tool {
  /** Its name in keys, folders and logs. */
  readonly name: string
  /** Names of files by which it is found, with `*`; their content decides what the cache is for. */
  readonly files: readonly string[]
  /** What one of these files has to hold; absent: anything. */
  readonly holds?: RegExp
  /** The variables that lead it to its folder. A task that sets one of them leads it elsewhere. */
  readonly variables: (folder: string) => Readonly<Record<string, string>>
  /** What of the folder is not kept: it is no download, or may hold credentials. Paths below the folder. */
  readonly leaveOut?: RegExp
}

/** The tools whose caches `cache: auto` finds (BES-3). */
export const TOOLS: readonly Tool[] = [
  {
    name: 'npm',
    files: ['package-lock.json', 'npm-shrinkwrap.json'],
    variables: (folder) => ({ npm_config_cache: folder }),
    // Logs of each run, which no other run reads.
    leaveOut: /^_(logs|update-notifier-last-checked)(\/|$)/,
  },
  {
    name: 'pnpm',
    files: ['pnpm-lock.yaml'],
    // pnpm reads the one up to version 10, the other from 11 on.
    variables: (folder) => ({ npm_config_store_dir: folder, pnpm_config_store_dir: folder }),
  },
  {
    name: 'yarn',
    files: ['yarn.lock'],
    holds: /^# yarn lockfile v1$/m,
    variables: (folder) => ({ YARN_CACHE_FOLDER: folder }),
  },
  {
    name: 'yarn-berry',
    files: ['yarn.lock'],
    holds: /^__metadata:/m,
    // A project that commits its own cache (enableGlobalCache: false) goes on to use that.
    variables: (folder) => ({ YARN_GLOBAL_FOLDER: folder }),
  },
  {
    name: 'nuget',
    files: ['packages.lock.json', 'Directory.Packages.props', '*.csproj', '*.fsproj', '*.vbproj'],
    variables: (folder) => ({ NUGET_PACKAGES: folder }),
  },
  {
    name: 'pip',
    files: ['requirements*.txt', 'constraints*.txt', 'pylock.toml', 'Pipfile.lock'],
    variables: (folder) => ({ PIP_CACHE_DIR: folder }),
  },
  { name: 'uv', files: ['uv.lock'], variables: (folder) => ({ UV_CACHE_DIR: folder }) },
  {
    name: 'go',
    files: ['go.sum', 'go.work.sum'],
    variables: (folder) => ({ GOMODCACHE: `${folder}/mod`, GOCACHE: `${folder}/build` }),
  },
  {
    name: 'cargo',
    files: ['Cargo.lock'],
    variables: (folder) => ({ CARGO_HOME: folder }),
    leaveOut: /^(bin|env|config(\.toml)?|credentials(\.toml)?)(\/|$)/,
  },
  {
    name: 'maven',
    files: ['pom.xml'],
    // Read by Maven 3.9 and later.
    variables: (folder) => ({ MAVEN_ARGS: `-Dmaven.repo.local=${folder}` }),
  },
  {
    name: 'gradle',
    files: ['gradle.lockfile', 'gradle-wrapper.properties', '*.gradle', '*.gradle.kts', 'libs.versions.toml'],
    variables: (folder) => ({ GRADLE_USER_HOME: folder }),
    leaveOut: /^(daemon|workers|\.tmp|init\.d|init\.gradle(\.kts)?|gradle\.properties)(\/|$)/,
  },
  {
    name: 'composer',
    files: ['composer.lock'],
    variables: (folder) => ({ COMPOSER_CACHE_DIR: folder }),
  },
  { name: 'bundler', files: ['Gemfile.lock'], variables: (folder) => ({ BUNDLE_PATH: folder }) },
]
