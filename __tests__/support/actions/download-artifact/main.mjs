import { join, matchesGlob } from 'node:path'

// act copies this folder alone, so the client is found by the path of the project.
const { DefaultArtifactClient } = await import(
  join(process.env.ACODE_PROJECT, 'node_modules/@actions/artifact/lib/artifact.js')
)
const { INPUT_NAME: name, INPUT_PATTERN: pattern, INPUT_PATH: path } = process.env
const client = new DefaultArtifactClient()
const { artifacts } = await client.listArtifacts({ latest: true })
const wanted = artifacts.filter((artifact) =>
  name ? artifact.name === name : matchesGlob(artifact.name, pattern),
)
if (name && wanted.length === 0) throw new Error(`there is no artifact ${name}`)
for (const artifact of wanted) {
  await client.downloadArtifact(artifact.id, { path: name ? path : join(path, artifact.name) })
  console.log(`downloaded ${artifact.name}`)
}
