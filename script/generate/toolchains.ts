import { CATALOG } from '../../src/image/catalog.ts'
import { PARTS } from '../../src/image/compose/parts.ts'
import { READERS, READERS_BY_EXTENSION } from '../../src/image/detect/readers.ts'
import { resolveToolchain } from '../../src/image/toolchain.ts'
import { GENERATED, table } from './markdown.ts'

/** The files in which each toolchain is found, the version managers' with all of them. */
function filesByToolchain(): [string, string][] {
  const entries = [
    ...Object.entries(READERS),
    ...Object.entries(READERS_BY_EXTENSION).map(([extension, entry]) => [`*${extension}`, entry] as const),
  ]
  const files = (name: string) =>
    entries.filter(([, [, ...toolchains]]) => toolchains.includes(name)).map(([file]) => `\`${file}\``)
  return [...Object.keys(CATALOG), '*'].map((name) => [
    name === '*' ? 'any' : `\`${name}\``,
    files(name).join(', '),
  ])
}

/** What each toolchain brings into an image with others. */
const parts = (): string[][] =>
  Object.entries(PARTS).map(([name, { folders, variables, path = [], version }]) => [
    `\`${name}\``,
    folders === null ? 'all of its image, which the others are put on' : code(folders),
    code([...variables, ...path.map((folder) => `PATH=${folder}`)]),
    `\`${version}\``,
  ])

const code = (all: readonly string[]): string => all.map((one) => `\`${one}\``).join(', ')

/** The reference of the catalog. */
export function toolchainsPage(): string {
  const rows = Object.entries(CATALOG).map(([name, entry]) => [
    `\`${name}\``,
    `\`${entry.version}\``,
    `\`${entry.image}\``,
    `\`${resolveToolchain(name, null).image}\``,
    entry.note,
  ])
  return `${GENERATED}
# Toolchains

\`toolchain: node@22\` names an image by what is in it. A name alone means the version that the repository’s own files ask for, else the default.
\`toolchain: auto\` reads name and version from these files ([below](#what-the-repository-says)), \`toolchain: node@22 go@1.24\` gives [one image with both](#several-in-one-image), and \`toolchain: devcontainer\` is the image of [devcontainer.json](#devcontainerjson).
Every row is data of [src/image/catalog.ts](../src/image/catalog.ts); the image is then treated like one that is named by \`image\`.

${table(['toolchain', 'default version', 'image', 'image of the default', 'note'], rows)}

- The version is put in the place of \`{version}\` as it is written. For \`dotnet\` a version of one part gets a second one: \`dotnet@8\` is \`8.0\`.
- Only the registry knows whether a version exists. A tag that does not exist is ACODE-CTN-004.

## What the repository says

Files are looked for in the working directory of the task and the folders above it, up to the workspace; of each name the nearest counts. Projects of .NET are looked for below as well, three folders deep.

${table(['toolchain', 'files'], [...filesByToolchain()])}

- All that is found has to agree. Of versions that are named, the most exact is taken; of a range, the newest version of the catalog that is in it.
- A least version that a compiler asks for (\`go 1.24\`, \`net8.0\`, \`maven.compiler.release\`) is the one that is taken, and a newer one that another file names fits too.
- The JDK of \`maven\` and \`gradle\` comes from \`.java-version\`, \`.tool-versions\`, \`mise.toml\` and \`.sdkmanrc\` as well.
- Files that contradict each other are one error that names both (ACODE-CTN-006), and so is a file that cannot be read. Several languages give several toolchains, in one image.
- To decide yourself, write the version: \`toolchain: node@22\` reads no file.
- The log and \`toolchain.source\` of the record name file and line.

## Several in one image

\`\`\`yaml
tasks:
  - id: web
    container:
      toolchain: dotnet@8 node@22
      run: |
        npm ci && npm run build
        dotnet test
\`\`\`

Names are divided by blanks, commas or lines. The images of all of them are pulled, and what makes each toolchain is put on the first one in this table:

${table(['toolchain', 'what is copied', 'variables, and folders of PATH', 'what is tried'], parts())}

- Variables have the values of the image that they come from, and PATH has the folders of all. Where two images set the same variable, the one that the others are put on counts.
- Shared libraries that a program finds in its own image and not in the new one are added. What still finds one missing, or was made for a newer C library, is [ACODE-CTN-004](errors.md#acode-ctn-004) with the file and the library.
- Every tool prints its version in the new image, without rights and without a network. What it printed is in the log and in \`made\` of the record, with size and layers.
- Two versions of one toolchain, or two JDKs, cannot be in one image. A toolchain of the [toolchains file](#other-images) that is not in the table can be one of several: the others are put on its image. One that is in the table has to be laid out as the official image is.
- The image is made once for an engine, however many tasks want it at a time, and again when an image that it is made of has changed. It stays as \`acode-composed:…\`; [docs/images.md](images.md#images-that-are-made-here) says for how long.
- The Dockerfile is in the record, \`metadata/composed.Dockerfile\`. It needs no other file: \`docker build - <composed.Dockerfile\` builds the image elsewhere, for instance to push it to your registry.
- A [policy](images.md#policies) judges each image that it is made of, before anything is pulled, and in the plan.

## devcontainer.json

\`toolchain: devcontainer\` runs the task in the development container of the repository: \`.devcontainer/devcontainer.json\`, else \`.devcontainer.json\`, else the one \`.devcontainer/NAME/devcontainer.json\`. Of several such files \`toolchain: devcontainer@NAME\` is the one in the folder of that name. Comments in it are no matter.

\`\`\`yaml
tasks:
  - id: test
    container:
      toolchain: devcontainer
      run: npm test
\`\`\`

| in \`devcontainer.json\` | here |
|---|---|
| \`image\` | as \`image\` |
| \`build\` (\`dockerfile\`, \`context\`, \`args\`, \`target\`) | as [\`build\`](images.md#building), with its bounds |
| \`containerEnv\`, \`remoteEnv\` | as \`env\`; the task's own goes before |
| \`remoteUser\`, else \`containerUser\` | as \`user\`, where the task names none; else what the image says (its label \`devcontainer.metadata\`, of which \`containerEnv\` and \`remoteEnv\` count too) |
| \`workspaceFolder\` | as \`workspace-path\` |
| \`mounts\` | folders of the workspace as \`mounts\`, volumes as \`cache-volumes\`; others are left out with a warning |
| \`onCreateCommand\` | as [\`setup\`](images.md#setting-up): once for an engine, as root, with the files of \`.devcontainer\` and \`setup-files\` |
| \`updateContentCommand\`, \`postCreateCommand\`, \`postStartCommand\` | before the task's own command, in its container and workspace, as its user; one that fails ends the task |
| \`\${localWorkspaceFolder}\`, \`\${containerWorkspaceFolder}\` and their \`…Basename\`, \`\${containerEnv:NAME}\`, \`\${devcontainerId}\` | filled in |
| \`\${localEnv:NAME}\` | filled in where tasks get the variable anyway, such as \`GITHUB_REF\`; else empty, or its default |
| \`features\`, \`overrideFeatureInstallOrder\` | layers on the image, [below](#features) |
| \`dockerComposeFile\` | an error that names it: [build the image in a step](guides/from-devcontainers.md), and what else it starts as [services](services.md) |
| \`runArgs\`, \`privileged\`, \`capAdd\`, \`securityOpt\`, \`workspaceMount\`, \`initializeCommand\`, \`appPort\`, \`build.options\` | left out with a warning |
| what is for editors (\`customizations\`, \`forwardPorts\` and others) | ignored |

A task file in a fork's pull request may use it only where \`highest-profile\` is \`standard\` or more.

### Features

\`\`\`jsonc
{
  "image": "mcr.microsoft.com/devcontainers/base:bookworm",
  "features": {
    "ghcr.io/devcontainers/features/node:1": { "version": "22" },
    "./my-feature": {}
  }
}
\`\`\`

- A feature is named as [containers.dev](https://containers.dev/implementors/features/) has it: in a registry (\`HOST/NAMESPACE/NAME\`, with a tag, a digest, or neither: \`latest\`), as a folder relative to \`devcontainer.json\`, or by the https address of its archive.
- Each becomes a layer on the image: its \`install.sh\` runs as root, with the network of the builder. It gets its options as variables, with the defaults of those that are left out, and \`_REMOTE_USER\`, \`_CONTAINER_USER\` and their \`…_HOME\`. \`containerEnv\` is set before, with its variables filled in: \`\${localEnv:…}\` and \`\${devcontainerId}\` as in \`devcontainer.json\`, \`\${containerEnv:…}\` from the image. The image is made once for an engine, as \`acode-features:…\`, and again when the image below or a feature, its options or its place has changed.
- \`dependsOn\`, \`installsAfter\` and \`overrideFeatureInstallOrder\` say in which order. What a feature depends on is fetched too. Together they may be 64 features, 64 MiB each and 256 MiB in all.
- Registries are asked at each run what a tag means today, with the login of \`registries\` or of Docker's configuration. Each feature with its digest is in the log and in \`made\` of \`run.json\`. One that cannot be had, is no feature, or fails is [ACODE-CTN-004](errors.md#acode-ctn-004) with its name and why; an archive with links or with names that lead out of it is refused.
- [Policies](images.md#policies) judge features of registries and addresses as images, before anything is asked for. Those that are folders are the repository's own, as a set-up is.
- \`mounts\` and commands of features are treated as those of \`devcontainer.json\`, and come before them. \`init\` tasks have anyway. \`privileged\`, \`capAdd\`, \`securityOpt\` and \`entrypoint\` are left out with a warning: what starts a daemon at once, such as Docker in Docker, is installed and not started.

## Other images

A file \`.github/toolchains.yml\` in the workspace has precedence over the catalog; the input \`toolchains-file\` names another file.
Each line maps a name to an image, with \`{version}\` where the version goes, or to an image and a default version.
It can replace rows of the catalog and add new ones.
\`./plan\` has the same input, and refuses a task file with a toolchain that leads to no image.

\`\`\`yaml
node: registry.example/mirror/node:{version}
unity: { image: 'registry.example/unity:{version}', version: '6000.0' }
\`\`\`

The version is the task’s, else the file’s, else the catalog’s, else \`latest\`.
The record says in \`toolchain.source\` where the answer came from: \`catalog\`, or the path of the file.
`
}
