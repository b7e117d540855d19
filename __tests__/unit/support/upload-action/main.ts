import path from 'node:path'
import { DefaultArtifactClient } from '@actions/artifact'
import { getInput, setFailed, setOutput } from '@actions/core'

const client = new DefaultArtifactClient()
const root = process.cwd()

try {
  if (getInput('files') !== '') {
    const files = getInput('files')
      .split('\n')
      .map((file) => path.join(root, file))
    const options = { retentionDays: Number(getInput('retention-days')) }
    const { id, size, digest } = await client.uploadArtifact(getInput('name'), files, root, options)
    setOutput('uploaded', { id, size, digest })
  }
  if (getInput('download') !== '') {
    const { artifact } = await client.getArtifact(getInput('name'))
    const options = { path: path.join(root, getInput('download')), expectedHash: artifact.digest ?? '' }
    const { digestMismatch } = await client.downloadArtifact(artifact.id, options)
    const { artifacts } = await client.listArtifacts()
    setOutput('downloaded', { digestMismatch, names: artifacts.map(({ name }) => name) })
  }
} catch (error) {
  setFailed(error instanceof Error ? error : String(error))
}
