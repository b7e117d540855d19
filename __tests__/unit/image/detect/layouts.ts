/** Files of a repository. */
export type Layout = Readonly<Record<string, string>>
/** A title, the files, and what is found: `name@version from file:line`, several with ` + ` between them. */
export type Row = readonly [title: string, layout: Layout, found: string]

const csproj = (target: string) =>
  `<Project Sdk="Microsoft.NET.Sdk">\n  <PropertyGroup>\n    ${target}\n  </PropertyGroup>\n</Project>\n`
const framework = (name: string) => csproj(`<TargetFramework>${name}</TargetFramework>`)
const pom = (properties: string) =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0">\n  <properties>\n    ${properties}\n  </properties>\n</project>\n`
const json = (value: object) => JSON.stringify(value, null, 2)

export const NODE: readonly Row[] = [
  ['.nvmrc', { '.nvmrc': '22\n' }, 'node@22 from .nvmrc:1'],
  ['.nvmrc with v', { '.nvmrc': 'v20.11.1' }, 'node@20.11.1 from .nvmrc:1'],
  ['.nvmrc of two numbers', { '.nvmrc': '20.11' }, 'node@20.11 from .nvmrc:1'],
  [
    '.nvmrc with comments',
    { '.nvmrc': '# the line of production\n\n  18  # until May\n' },
    'node@18 from .nvmrc:3',
  ],
  ['.nvmrc of Windows', { '.nvmrc': '\uFEFF22\r\n' }, 'node@22 from .nvmrc:1'],
  ['.nvmrc of a line by name', { '.nvmrc': 'lts/jod' }, 'node@22 from .nvmrc:1'],
  ['.nvmrc of a line by name in capitals', { '.nvmrc': 'lts/Iron' }, 'node@20 from .nvmrc:1'],
  ['.nvmrc of the newest line', { '.nvmrc': 'lts/*' }, 'node from .nvmrc:1'],
  ['.nvmrc of the newest', { '.nvmrc': 'node' }, 'node from .nvmrc:1'],
  ['.node-version', { '.node-version': '22.3.0\n' }, 'node@22.3.0 from .node-version:1'],
  ['package.json alone', { 'package.json': '{}' }, 'node from package.json'],
  [
    'engines of a series',
    { 'package.json': json({ engines: { node: '22' } }) },
    'node@22 from package.json:3',
  ],
  [
    'engines of an x range',
    { 'package.json': json({ engines: { node: '20.x' } }) },
    'node@20 from package.json:3',
  ],
  [
    'engines of a range',
    { 'package.json': json({ engines: { node: '>=18 <23' } }) },
    'node@22 from package.json:3',
  ],
  [
    'engines without an end',
    { 'package.json': json({ engines: { node: '>=18' } }) },
    'node@24 from package.json:3',
  ],
  [
    'engines of alternatives',
    { 'package.json': json({ engines: { node: '^18 || ^20' } }) },
    'node@20 from package.json:3',
  ],
  [
    'engines of one version',
    { 'package.json': json({ engines: { node: '22.3.1' } }) },
    'node@22.3.1 from package.json:3',
  ],
  [
    'engines that the catalog has not',
    { 'package.json': json({ engines: { node: '^25.1.0' } }) },
    'node@25 from package.json:3',
  ],
  [
    'engines of a tilde',
    { 'package.json': json({ engines: { node: '~22.3.0' } }) },
    'node@22.3 from package.json:3',
  ],
  [
    'engines below a version',
    { 'package.json': json({ engines: { node: '<21' } }) },
    'node@20 from package.json:3',
  ],
  ['engines of any', { 'package.json': json({ engines: { node: '*' } }) }, 'node from package.json:3'],
  ['engines of npm alone', { 'package.json': json({ engines: { npm: '>=10' } }) }, 'node from package.json'],
  [
    'engines as a list, as old packages have them',
    { 'package.json': json({ engines: ['node >= 0.8'] }) },
    'node from package.json',
  ],
  [
    'devEngines',
    { 'package.json': json({ devEngines: { runtime: { name: 'node', version: '>=20 <21' } } }) },
    'node@20 from package.json:5',
  ],
  [
    'devEngines as a list',
    { 'package.json': json({ devEngines: { runtime: [{ name: 'node', version: '22.x' }] } }) },
    'node@22 from package.json:6',
  ],
  [
    'Volta',
    { 'package.json': json({ volta: { node: '20.11.0', yarn: '4.1.0' } }) },
    'node@20.11.0 from package.json:3',
  ],
  [
    'pnpm as package manager',
    { 'package.json': json({ packageManager: 'pnpm@9.1.0' }) },
    'node from package.json',
  ],
  [
    '.nvmrc inside of engines',
    { '.nvmrc': '20', 'package.json': json({ engines: { node: '>=18' } }) },
    'node@20 from .nvmrc:1, package.json:3',
  ],
  [
    'the more exact of two',
    { '.nvmrc': '22', '.tool-versions': 'nodejs 22.3.0' },
    'node@22.3.0 from .tool-versions:1, .nvmrc:1',
  ],
]

export const MANAGERS: readonly Row[] = [
  ['.tool-versions', { '.tool-versions': 'nodejs 22.3.0\n' }, 'node@22.3.0 from .tool-versions:1'],
  [
    '.tool-versions of two',
    { '.tool-versions': '# tools\ngolang 1.23.4\npython 3.12.1 2.7.18\n' },
    'go@1.23.4 from .tool-versions:2 + python@3.12.1 from .tool-versions:3',
  ],
  [
    '.tool-versions with what has no image',
    { '.tool-versions': 'terraform 1.9.0\nruby 3.3.0\n' },
    'ruby@3.3.0 from .tool-versions:2',
  ],
  [
    '.tool-versions of the system',
    { '.tool-versions': 'python system\nruby 3.3.0\n' },
    'ruby@3.3.0 from .tool-versions:2',
  ],
  [
    '.tool-versions of a JDK',
    { '.tool-versions': 'java temurin-17.0.9+9\n' },
    'java@17 from .tool-versions:1',
  ],
  ['.tool-versions of the newest', { '.tool-versions': 'deno latest\n' }, 'deno from .tool-versions:1'],
  [
    '.tool-versions of Elixir',
    { '.tool-versions': 'erlang 26.2\nelixir 1.15.7-otp-26\n' },
    'elixir@1.15.7-otp-26 from .tool-versions:2',
  ],
  [
    '.tool-versions of .NET',
    { '.tool-versions': 'dotnet-core 8.0.404\n' },
    'dotnet@8.0.404 from .tool-versions:1',
  ],
  [
    '.tool-versions of Rust and Swift',
    { '.tool-versions': 'rust 1.82.0\nswift 6.0\n' },
    'rust@1.82.0 from .tool-versions:1 + swift@6.0 from .tool-versions:2',
  ],
  [
    '.tool-versions of Maven and its JDK',
    { '.tool-versions': 'java zulu-21.30.15\nmaven 3.9.6\n' },
    'maven@21 from .tool-versions:1',
  ],
  [
    '.tool-versions with a comment behind',
    { '.tool-versions': 'php 8.3.1 # until 8.4 is out\n' },
    'php@8.3.1 from .tool-versions:1',
  ],
  ['mise.toml', { 'mise.toml': '[tools]\nnode = "22"\n' }, 'node@22 from mise.toml:2'],
  ['.mise.toml of a number', { '.mise.toml': '[tools]\ngo = 1.24\n' }, 'go@1.24 from .mise.toml:2'],
  [
    'mise.toml of a list',
    { 'mise.toml': '[tools]\npython = ["3.12", "3.11"]\n' },
    'python@3.12 from mise.toml:2',
  ],
  [
    'mise.toml of a table',
    {
      'mise.toml':
        '[env]\nA = "b"\n[tools]\nnode = { version = "20.1.0", postinstall = "corepack enable" }\n',
    },
    'node@20.1.0 from mise.toml:4',
  ],
  ['mise.toml of lts', { 'mise.toml': '[tools]\nnode = "lts"\n' }, 'node from mise.toml:2'],
  ['mise.toml of a prefix', { 'mise.toml': '[tools]\nnode = "prefix:20"\n' }, 'node@20 from mise.toml:2'],
  [
    'mise.toml of a core tool',
    { 'mise.toml': '[tools]\n"core:ruby" = "3.4"\n' },
    'ruby@3.4 from mise.toml:2',
  ],
  [
    'mise.toml of a tool of another backend',
    { 'mise.toml': '[tools]\n"npm:prettier" = "3"\nbun = "1.2"\n' },
    'bun@1.2 from mise.toml:3',
  ],
  [
    '.config/mise.toml',
    { '.config/mise.toml': '[tools]\njava = "openjdk-21"\n' },
    'java@21 from .config/mise.toml:2',
  ],
  [
    '.config/mise/config.toml',
    { '.config/mise/config.toml': '[tools]\nelixir = "1.18"\n' },
    'elixir@1.18 from .config/mise/config.toml:2',
  ],
]

export const DOTNET: readonly Row[] = [
  ['a project', { 'App.csproj': framework('net8.0') }, 'dotnet@8.0 from App.csproj:3'],
  ['a project below', { 'src/App/App.csproj': framework('net9.0') }, 'dotnet@9.0 from src/App/App.csproj:3'],
  [
    'projects of several frameworks',
    { 'a/A.csproj': framework('net6.0'), 'b/B.fsproj': framework('net8.0') },
    'dotnet@8.0 from a/A.csproj:3, b/B.fsproj:3',
  ],
  [
    'a project of several targets',
    { 'A.csproj': csproj('<TargetFrameworks>net8.0;net10.0;netstandard2.0</TargetFrameworks>') },
    'dotnet@10.0 from A.csproj:3',
  ],
  [
    'a project for Windows',
    { 'A.vbproj': framework('net8.0-windows10.0.19041') },
    'dotnet@8.0 from A.vbproj:3',
  ],
  ['a library', { 'A.csproj': framework('netstandard2.0') }, 'dotnet from A.csproj'],
  ['an old framework', { 'A.csproj': framework('netcoreapp3.1') }, 'dotnet@3.1 from A.csproj:3'],
  ['a framework by a variable', { 'A.csproj': framework('$(Framework)') }, 'dotnet from A.csproj'],
  [
    'Directory.Build.props',
    { 'Directory.Build.props': framework('net9.0'), 'src/A.csproj': csproj('') },
    'dotnet@9.0 from Directory.Build.props:3',
  ],
  [
    'a solution',
    { 'All.sln': 'Microsoft Visual Studio Solution File, Format Version 12.00\n' },
    'dotnet from All.sln',
  ],
  ['a solution of the new form', { 'All.slnx': '<Solution />' }, 'dotnet from All.slnx'],
  [
    'global.json',
    { 'global.json': json({ sdk: { version: '8.0.404' } }) },
    'dotnet@8.0.404 from global.json:3',
  ],
  [
    'global.json that rolls forward',
    { 'global.json': json({ sdk: { version: '8.0.100', rollForward: 'latestFeature' } }) },
    'dotnet@8.0 from global.json:3',
  ],
  [
    'global.json that rolls to a minor version',
    { 'global.json': json({ sdk: { version: '9.0.100', rollForward: 'latestMinor' } }) },
    'dotnet@9.0 from global.json:3',
  ],
  [
    'global.json that rolls to any',
    { 'global.json': json({ sdk: { version: '8.0.100', rollForward: 'latestMajor' } }) },
    'dotnet@10.0 from global.json:3',
  ],
  [
    'global.json with comments',
    { 'global.json': '{\n  // pinned\n  "sdk": { "version": "8.0.404" /* see wiki */ }\n}' },
    'dotnet@8.0.404 from global.json:3',
  ],
  [
    'global.json without an SDK',
    { 'global.json': json({ 'msbuild-sdks': { 'A.B': '1.0' } }) },
    'dotnet from global.json',
  ],
  [
    'global.json over its projects',
    {
      'global.json': json({ sdk: { version: '9.0.100', rollForward: 'latestFeature' } }),
      'A.csproj': framework('net8.0'),
    },
    'dotnet@9.0 from global.json:3, A.csproj:3',
  ],
  ['a project with a mark', { 'A.csproj': `\uFEFF${framework('net8.0')}` }, 'dotnet@8.0 from A.csproj:3'],
  [
    'projects of packages are none',
    { 'node_modules/a/A.csproj': framework('net5.0'), 'go.mod': 'module a\n' },
    'go from go.mod',
  ],
]

export const GO_RUST: readonly Row[] = [
  ['go.mod', { 'go.mod': 'module example.com/a\n\ngo 1.24\n' }, 'go@1.24 from go.mod:3'],
  ['go.mod of three numbers', { 'go.mod': 'module a\ngo 1.23.4 // least\n' }, 'go@1.23.4 from go.mod:2'],
  [
    'go.mod with a toolchain',
    { 'go.mod': 'module a\ngo 1.22\ntoolchain go1.23.4\n' },
    'go@1.23.4 from go.mod:2, go.mod:3',
  ],
  [
    'go.mod with the default toolchain',
    { 'go.mod': 'module a\ngo 1.22\ntoolchain default\n' },
    'go@1.22 from go.mod:2',
  ],
  ['go.mod of a candidate', { 'go.mod': 'module a\ngo 1.26rc1\n' }, 'go@1.26 from go.mod:2'],
  ['go.mod without a version', { 'go.mod': 'module a\n' }, 'go from go.mod'],
  ['go.work', { 'go.work': 'go 1.25\n\nuse (\n\t./a\n\t./b\n)\n' }, 'go@1.25 from go.work:1'],
  [
    'go.mod and a newer tool',
    { 'go.mod': 'module a\ngo 1.21\n', '.tool-versions': 'golang 1.23.1\n' },
    'go@1.23.1 from .tool-versions:1, go.mod:2',
  ],
  ['.go-version', { '.go-version': '1.24.1\n' }, 'go@1.24.1 from .go-version:1'],
  [
    'rust-toolchain.toml',
    { 'rust-toolchain.toml': '[toolchain]\nchannel = "1.82.0"\ncomponents = ["clippy"]\n' },
    'rust@1.82.0 from rust-toolchain.toml:2',
  ],
  [
    'rust-toolchain.toml of stable',
    { 'rust-toolchain.toml': '[toolchain]\nchannel = "stable"\n' },
    'rust from rust-toolchain.toml:2',
  ],
  [
    'rust-toolchain.toml of a path',
    { 'rust-toolchain.toml': '[toolchain]\nprofile = "minimal"\n' },
    'rust from rust-toolchain.toml',
  ],
  ['rust-toolchain, plain', { 'rust-toolchain': '1.80\n' }, 'rust@1.80 from rust-toolchain:1'],
  [
    'rust-toolchain as TOML',
    { 'rust-toolchain': '[toolchain]\nchannel = "1.81"\n' },
    'rust@1.81 from rust-toolchain:2',
  ],
  [
    'rust-toolchain of a host',
    { 'rust-toolchain': '1.80.1-x86_64-unknown-linux-gnu\n' },
    'rust@1.80.1 from rust-toolchain:1',
  ],
  [
    'Cargo.toml with a least version',
    { 'Cargo.toml': '[package]\nname = "a"\nrust-version = "1.75"\n' },
    'rust@1 from Cargo.toml:3',
  ],
  ['Cargo.toml', { 'Cargo.toml': '[package]\nname = "a"\n' }, 'rust from Cargo.toml'],
  [
    'Cargo.toml of a workspace',
    { 'Cargo.toml': '[workspace]\nmembers = ["a"]\n[workspace.package]\nrust-version = "1.80"\n' },
    'rust@1 from Cargo.toml:4',
  ],
  [
    'Cargo.toml that inherits',
    { 'Cargo.toml': '[package]\nname = "a"\nrust-version.workspace = true\n' },
    'rust from Cargo.toml',
  ],
]

export const PYTHON_RUBY: readonly Row[] = [
  ['.python-version', { '.python-version': '3.12\n' }, 'python@3.12 from .python-version:1'],
  [
    '.python-version of three numbers',
    { '.python-version': '3.12.4\n3.11.9\n' },
    'python@3.12.4 from .python-version:1',
  ],
  ['.python-version of uv', { '.python-version': 'cpython@3.13\n' }, 'python@3.13 from .python-version:1'],
  [
    'pyproject.toml of a least version',
    { 'pyproject.toml': '[project]\nrequires-python = ">=3.9"\n' },
    'python@3.14 from pyproject.toml:2',
  ],
  [
    'pyproject.toml of a range',
    { 'pyproject.toml': '[project]\nrequires-python = ">=3.9,<3.13"\n' },
    'python@3.12 from pyproject.toml:2',
  ],
  [
    'pyproject.toml of compatible',
    { 'pyproject.toml': '[project]\nrequires-python = "~=3.11.2"\n' },
    'python@3.11 from pyproject.toml:2',
  ],
  [
    'pyproject.toml of compatible minor',
    { 'pyproject.toml': '[project]\nrequires-python = "~=3.10"\n' },
    'python@3.14 from pyproject.toml:2',
  ],
  [
    'pyproject.toml of a wildcard',
    { 'pyproject.toml': '[project]\nrequires-python = "==3.11.*"\n' },
    'python@3.11 from pyproject.toml:2',
  ],
  [
    'pyproject.toml with an exception',
    { 'pyproject.toml': '[project]\nrequires-python = ">=3.9,!=3.14.*"\n' },
    'python@3.13 from pyproject.toml:2',
  ],
  [
    'pyproject.toml of Poetry',
    { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "^3.10"\n' },
    'python@3.14 from pyproject.toml:2',
  ],
  [
    'pyproject.toml of Poetry with alternatives',
    { 'pyproject.toml': '[tool.poetry.dependencies]\npython = "~3.9 || ~3.10"\n' },
    'python@3.10 from pyproject.toml:2',
  ],
  [
    'pyproject.toml of tools only',
    { 'pyproject.toml': '[tool.ruff]\nline-length = 100\n' },
    'python from pyproject.toml',
  ],
  ['requirements.txt', { 'requirements.txt': 'requests==2.32\n' }, 'python from requirements.txt'],
  ['setup.py', { 'setup.py': 'from setuptools import setup\n' }, 'python from setup.py'],
  ['Pipfile', { Pipfile: '[requires]\npython_version = "3.11"\n' }, 'python@3.11 from Pipfile:2'],
  ['Pipfile without one', { Pipfile: '[packages]\nrequests = "*"\n' }, 'python from Pipfile'],
  [
    '.python-version inside of requires-python',
    { '.python-version': '3.11', 'pyproject.toml': '[project]\nrequires-python = ">=3.10"\n' },
    'python@3.11 from .python-version:1, pyproject.toml:2',
  ],
  ['.ruby-version', { '.ruby-version': '3.3.0\n' }, 'ruby@3.3.0 from .ruby-version:1'],
  ['.ruby-version with a name', { '.ruby-version': 'ruby-3.2.2\n' }, 'ruby@3.2.2 from .ruby-version:1'],
  ['Gemfile', { Gemfile: 'source "https://rubygems.org"\nruby "3.3.0"\n' }, 'ruby@3.3.0 from Gemfile:2'],
  ['Gemfile with a range', { Gemfile: "ruby '~> 3.2'\ngem 'rails'\n" }, 'ruby@3.4 from Gemfile:1'],
  ['Gemfile with two bounds', { Gemfile: "ruby '>= 3.1', '< 3.4'\n" }, 'ruby@3.3 from Gemfile:1'],
  ['Gemfile of a patch range', { Gemfile: 'ruby "~> 3.2.1"\n' }, 'ruby@3.2 from Gemfile:1'],
  [
    'Gemfile that reads another file',
    { Gemfile: 'ruby file: ".ruby-version"\n', '.ruby-version': '3.4.1' },
    'ruby@3.4.1 from .ruby-version:1',
  ],
  ['Gemfile without one', { Gemfile: 'gem "rake"\n' }, 'ruby from Gemfile'],
]

export const JVM: readonly Row[] = [
  ['.java-version', { '.java-version': '21\n' }, 'java@21 from .java-version:1'],
  ['.java-version of old', { '.java-version': '1.8\n' }, 'java@8 from .java-version:1'],
  ['.java-version of a vendor', { '.java-version': 'temurin64-17.0.9\n' }, 'java@17 from .java-version:1'],
  ['.sdkmanrc', { '.sdkmanrc': '# Enable auto-env\njava=17.0.9-tem\n' }, 'java@17 from .sdkmanrc:2'],
  [
    'pom.xml',
    { 'pom.xml': pom('<maven.compiler.release>17</maven.compiler.release>') },
    'maven@17 from pom.xml:3',
  ],
  ['pom.xml of Spring', { 'pom.xml': pom('<java.version>21</java.version>') }, 'maven@21 from pom.xml:3'],
  [
    'pom.xml of source and target',
    {
      'pom.xml': pom(
        '<maven.compiler.source>1.8</maven.compiler.source>\n    <maven.compiler.target>1.8</maven.compiler.target>',
      ),
    },
    'maven@8 from pom.xml:4',
  ],
  [
    'pom.xml by another property',
    {
      'pom.xml': pom(
        `<maven.compiler.release>$\{java.version}</maven.compiler.release>\n    <java.version>17</java.version>`,
      ),
    },
    'maven@17 from pom.xml:4',
  ],
  ['pom.xml without one', { 'pom.xml': pom('') }, 'maven from pom.xml'],
  [
    'pom.xml with a JDK that is newer',
    { 'pom.xml': pom('<java.version>17</java.version>'), '.java-version': '21' },
    'maven@21 from .java-version:1, pom.xml:3',
  ],
  [
    'build.gradle with a toolchain',
    {
      'build.gradle':
        'plugins { id "java" }\njava {\n  toolchain { languageVersion = JavaLanguageVersion.of(17) }\n}\n',
    },
    'gradle@17 from build.gradle:3',
  ],
  [
    'build.gradle.kts of Kotlin',
    { 'build.gradle.kts': 'kotlin {\n    jvmToolchain(21)\n}\n' },
    'gradle@21 from build.gradle.kts:2',
  ],
  [
    'build.gradle with a compatibility',
    { 'build.gradle': "sourceCompatibility = '11'\n" },
    'gradle@11 from build.gradle:1',
  ],
  [
    'build.gradle with a constant',
    { 'build.gradle': 'java {\n  sourceCompatibility = JavaVersion.VERSION_1_8\n}\n' },
    'gradle@8 from build.gradle:2',
  ],
  [
    'build.gradle with a constant of today',
    { 'build.gradle.kts': 'java {\n  targetCompatibility = JavaVersion.VERSION_17\n}\n' },
    'gradle@17 from build.gradle.kts:2',
  ],
  [
    'build.gradle with a comment',
    {
      'build.gradle':
        '// sourceCompatibility = 8\n/* jvmToolchain(8) */\njava { toolchain.languageVersion.set(JavaLanguageVersion.of("25")) }\n',
    },
    'gradle@25 from build.gradle:3',
  ],
  [
    'settings.gradle.kts alone',
    { 'settings.gradle.kts': 'rootProject.name = "a"\n' },
    'gradle from settings.gradle.kts',
  ],
]

export const OTHERS: readonly Row[] = [
  ['composer.json', { 'composer.json': json({ require: { php: '^8.1' } }) }, 'php@8.4 from composer.json:3'],
  [
    'composer.json of alternatives',
    { 'composer.json': json({ require: { php: '8.1.*|8.2.*' } }) },
    'php@8.2 from composer.json:3',
  ],
  [
    'composer.json of a tilde',
    { 'composer.json': json({ require: { php: '~8.2.0' } }) },
    'php@8.2 from composer.json:3',
  ],
  [
    'composer.json of a wide tilde',
    { 'composer.json': json({ require: { php: '~8.1' } }) },
    'php@8.4 from composer.json:3',
  ],
  [
    'composer.json with a platform',
    { 'composer.json': json({ require: { php: '>=8.1' }, config: { platform: { php: '8.2.99' } } }) },
    'php@8.2 from composer.json:6, composer.json:3',
  ],
  ['composer.json of a library', { 'composer.json': json({ require: [] }) }, 'php from composer.json'],
  ['.php-version', { '.php-version': '8.3\n' }, 'php@8.3 from .php-version:1'],
  ['deno.json', { 'deno.json': '{}' }, 'deno from deno.json'],
  [
    'deno.jsonc and a version',
    { 'deno.jsonc': '{ /* tasks */ }', '.dvmrc': '2.1.4\n' },
    'deno@2.1.4 from .dvmrc:1',
  ],
  ['deno with a package.json', { 'deno.json': '{}', 'package.json': '{}' }, 'deno from deno.json'],
  [
    'deno in engines',
    { 'package.json': json({ engines: { deno: '^2.1.0' } }) },
    'deno@2.5.6 from package.json:3',
  ],
  [
    'deno in engines, newer than the catalog',
    { 'package.json': json({ engines: { deno: '>=2.6.0' } }) },
    'deno@2.6.0 from package.json:3',
  ],
  ['bun.lock', { 'bun.lock': '{}', 'package.json': '{}' }, 'bun from bun.lock'],
  [
    'bun.lockb and a version',
    { 'bun.lockb': '\0\x01', 'package.json': json({ packageManager: 'bun@1.2.3' }) },
    'bun@1.2.3 from package.json:2',
  ],
  ['.bun-version', { '.bun-version': '1.1.30' }, 'bun@1.1.30 from .bun-version:1'],
  [
    'bun and node',
    { 'bun.lock': '{}', 'package.json': json({ engines: { node: '22' } }) },
    'node@22 from package.json:3 + bun from bun.lock',
  ],
  [
    'Package.swift',
    { 'Package.swift': '// swift-tools-version:5.9\nimport PackageDescription\n' },
    'swift@6.2 from Package.swift:1',
  ],
  [
    'Package.swift with .swift-version',
    { 'Package.swift': '// swift-tools-version: 5.9\n', '.swift-version': '5.10\n' },
    'swift@5.10 from Package.swift:1, .swift-version:1',
  ],
  [
    'mix.exs',
    { 'mix.exs': 'def project do\n  [app: :a, elixir: "~> 1.15"]\nend\n' },
    'elixir@1.19 from mix.exs:2',
  ],
  ['mix.exs of a patch range', { 'mix.exs': '  [elixir: "~> 1.15.2"]\n' }, 'elixir@1.15 from mix.exs:1'],
  [
    'mix.exs of two bounds',
    { 'mix.exs': '  [elixir: ">= 1.15.0 and < 1.18.0"]\n' },
    'elixir@1.17 from mix.exs:1',
  ],
  [
    'mix.exs of alternatives',
    { 'mix.exs': '  [elixir: "~> 1.14.0 or ~> 1.16.0"]\n' },
    'elixir@1.16 from mix.exs:1',
  ],
  [
    'several languages',
    {
      'go.mod': 'module a\ngo 1.24\n',
      'package.json': json({ engines: { node: '22' } }),
      'pyproject.toml': '[project]\nrequires-python = ">=3.12"\n',
    },
    'node@22 from package.json:3 + go@1.24 from go.mod:2 + python@3.14 from pyproject.toml:2',
  ],
  ['nothing', { 'README.md': '# a\n', Makefile: 'all:\n' }, ''],
]

/** Layouts that are errors, and parts of what is said. */
export const FAULTS: readonly (readonly [title: string, layout: Layout, says: readonly string[]])[] = [
  ['.nvmrc that is empty', { '.nvmrc': '\n# nothing\n' }, ['.nvmrc', 'names no version']],
  ['.nvmrc of a word', { '.nvmrc': 'latst\n' }, ['.nvmrc:1', '"latst" is no version of node']],
  ['package.json that is no JSON', { 'package.json': '{ "name": ' }, ['package.json', 'JSON']],
  ['package.json that is a list', { 'package.json': '[]' }, ['package.json']],
  [
    'engines that are no range',
    { 'package.json': json({ engines: { node: 'twenty' } }) },
    ['package.json:3', '"twenty"'],
  ],
  ['global.json that is cut', { 'global.json': '{ "sdk": { "version": "8.0' }, ['global.json']],
  [
    'global.json of half a version',
    { 'global.json': json({ sdk: { version: '8.0' } }) },
    ['global.json:3', '"8.0"'],
  ],
  ['a project that is no XML', { 'A.csproj': '<Project><PropertyGroup>' }, ['A.csproj']],
  ['pom.xml that is no XML', { 'pom.xml': '<project><a></project>' }, ['pom.xml']],
  [
    'pom.xml of no version',
    { 'pom.xml': pom('<java.version>seventeen</java.version>') },
    ['pom.xml:3', '"seventeen"'],
  ],
  ['pyproject.toml that is no TOML', { 'pyproject.toml': '[project\n' }, ['pyproject.toml']],
  [
    'pyproject.toml of no specifier',
    { 'pyproject.toml': '[project]\nrequires-python = "three"\n' },
    ['pyproject.toml:2'],
  ],
  ['rust-toolchain of nightly', { 'rust-toolchain': 'nightly\n' }, ['rust-toolchain:1', '"nightly"', 'rust']],
  [
    '.python-version of PyPy',
    { '.python-version': 'pypy3.10-7.3.12\n' },
    ['.python-version:1', 'pypy3.10-7.3.12'],
  ],
  ['.ruby-version of JRuby', { '.ruby-version': 'jruby-9.4.5.0\n' }, ['.ruby-version:1', 'jruby']],
  [
    '.tool-versions without a version',
    { '.tool-versions': 'nodejs\n' },
    ['.tool-versions:1', 'nodejs has no version'],
  ],
  ['mise.toml that is no TOML', { 'mise.toml': 'tools = [\n' }, ['mise.toml']],
  ['Gemfile of no version', { Gemfile: 'ruby "three"\n' }, ['Gemfile:1']],
  [
    'composer.json of no range',
    { 'composer.json': json({ require: { php: 'eight' } }) },
    ['composer.json:3'],
  ],
  ['mix.exs of no requirement', { 'mix.exs': '[elixir: "latest"]\n' }, ['mix.exs:1', '"latest"']],
  ['go.mod of no version', { 'go.mod': 'module a\ngo one\n' }, ['go.mod:2']],
  [
    '.nvmrc against engines',
    { '.nvmrc': '20', 'package.json': json({ engines: { node: '>=22' } }) },
    ['.nvmrc:1', 'package.json:3', 'contradict'],
  ],
  [
    '.nvmrc against .tool-versions',
    { '.nvmrc': '20', '.tool-versions': 'nodejs 22.3.0' },
    ['.nvmrc:1', '.tool-versions:1', 'contradict'],
  ],
  [
    'Volta against engines',
    { 'package.json': json({ volta: { node: '20.1.0' }, engines: { node: '^22' } }) },
    ['package.json:3', 'package.json:6'],
  ],
  [
    'an SDK that does not know its project',
    { 'global.json': json({ sdk: { version: '8.0.404' } }), 'A.csproj': framework('net9.0') },
    ['global.json:3', 'A.csproj:3', 'contradict'],
  ],
  [
    '.python-version below requires-python',
    { '.python-version': '3.8', 'pyproject.toml': '[project]\nrequires-python = ">=3.10"\n' },
    ['.python-version:1', 'pyproject.toml:2'],
  ],
  [
    'a JDK that is too old',
    { 'pom.xml': pom('<java.version>21</java.version>'), '.java-version': '17' },
    ['.java-version:1', 'pom.xml:3'],
  ],
  [
    'Gemfile against .ruby-version',
    { Gemfile: 'ruby "3.3.0"\n', '.ruby-version': '3.2.0' },
    ['Gemfile:1', '.ruby-version:1'],
  ],
  ['a range that is empty', { 'package.json': json({ engines: { node: '>22 <20' } }) }, ['package.json:3']],
]
