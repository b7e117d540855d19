import { describe, expect, it } from 'vitest'
import { type Gap, gapsText, NO_CLI } from '../../../src/container/facts/engine-gaps.ts'

const machine = { inContainer: false, socketGroup: 998 }
const container = { ...machine, inContainer: true }
const denied: Gap = { reason: 'denied', message: 'connect EACCES /var/run/docker.sock' }
const unreachable: Gap = { reason: 'unreachable', message: 'connect ENOENT /var/run/docker.sock' }
const old: Gap = {
  reason: 'no-common-version',
  message: 'client version 1.52 is too new. Maximum supported API version is 1.41',
}

describe('RNR-5 what is missing of an engine is said at once, with what to do about it here', () => {
  it.each([
    [[NO_CLI], machine, /^the docker command is not on PATH\. Install Docker on this runner/],
    [[NO_CLI], container, /not on PATH\. Put the docker command into the image/],
    [[denied], machine, /EACCES .* add it to the group that its socket belongs to/],
    [[denied], container, /EACCES .*--group-add 998\)\.$/],
    [[denied], { ...container, socketGroup: null }, /add it to the group/],
    [[unreachable], machine, /ENOENT .* Start Docker on this runner/],
    [[unreachable], container, /ENOENT .* Mount the socket of an engine into this container/],
    [[unreachable], { ...container, inPod: true }, /ENOENT .* This runner is a pod of Kubernetes/],
    [
      [old],
      machine,
      /is too new\. Maximum supported API version is 1\.41\. Update the engine or the docker command/,
    ],
    [[old], { ...machine, os: 'darwin' }, /Update the engine/],
    [[NO_CLI], { ...machine, os: 'darwin' }, /not on PATH\. GitHub’s macOS runners have no container engine/],
    [[denied], { ...machine, os: 'darwin' }, /EACCES .* add it to the group/],
    [[denied, NO_CLI], container, /--group-add 998\)\. Besides, the docker command is not on PATH\. Put/],
  ])('%j, %j', (gaps, place, text) => {
    expect(gapsText(gaps, place)).toMatch(text)
  })
})
