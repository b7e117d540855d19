import { describe, expect, it } from 'vitest'
import {
  adviceWithoutEngine,
  isInPod,
  type TopologyFacts,
  topologyLine,
  topologyRefusal,
} from '../../../src/container/facts/topology.ts'
import { endpointAt } from '../../../src/engine/transport/connection.ts'

const docker = { software: 'Docker 28.5.1', osType: 'linux', isRootless: false, isRemapped: false }
const machine: TopologyFacts = {
  ...{ os: 'linux', environment: 'self-hosted', inContainer: false, inPod: false },
  ...{ engine: docker, isOurEngine: false, isOwnSocket: false },
  endpoint: endpointAt('unix:///var/run/docker.sock'),
}
const container = { ...machine, inContainer: true }
const windows = { ...docker, osType: 'windows' }

describe('RNR-5, RUN-7 where runner and engine are is one line', () => {
  it.each<[string, Partial<TopologyFacts>, string]>([
    [
      'of GitHub',
      { environment: 'github-hosted' },
      'github-hosted Linux runner; Docker 28.5.1, of this machine',
    ],
    ['of one’s own', {}, 'self-hosted Linux runner; Docker 28.5.1, of this machine'],
    ['that does not say what it is', { environment: null }, 'Linux runner; Docker 28.5.1, of this machine'],
    [
      'in a job container',
      { ...container, isOurEngine: true },
      'self-hosted Linux runner in a container; Docker 28.5.1, which started this container',
    ],
    [
      'in a container whose socket is another engine’s',
      container,
      'self-hosted Linux runner in a container; Docker 28.5.1, which did not start this container',
    ],
    [
      'with Docker-in-Docker',
      { ...container, endpoint: endpointAt('tcp://docker:2376') },
      'self-hosted Linux runner in a container; Docker 28.5.1, by its side or elsewhere (tcp://docker:2376)',
    ],
    [
      'in a pod with an engine at its side',
      { ...container, inPod: true, endpoint: endpointAt('tcp://localhost:2375') },
      'self-hosted Linux runner in a pod of Kubernetes; Docker 28.5.1, by its side or elsewhere',
    ],
    [
      'with an engine on another machine',
      { endpoint: endpointAt('ssh://me@there') },
      'self-hosted Linux runner; Docker 28.5.1, elsewhere (ssh://me@there)',
    ],
    [
      'with an engine on a port',
      { endpoint: endpointAt('tcp://127.0.0.1:2375') },
      'self-hosted Linux runner; Docker 28.5.1, on a port of this machine',
    ],
    [
      'with an engine on a machine that is called like this one',
      { endpoint: endpointAt('tcp://localhost.example.com:2375') },
      'self-hosted Linux runner; Docker 28.5.1, elsewhere',
    ],
    [
      'with a rootless engine',
      { engine: { ...docker, isRootless: true }, isOwnSocket: true },
      'self-hosted Linux runner; Docker 28.5.1, of this machine, rootless of the runner’s user',
    ],
    [
      'with another user’s rootless engine',
      { engine: { ...docker, isRootless: true } },
      'self-hosted Linux runner; Docker 28.5.1, of this machine, rootless of another user',
    ],
    [
      'with userns-remap',
      { engine: { ...docker, isRemapped: true } },
      'self-hosted Linux runner; Docker 28.5.1, of this machine, with userns-remap',
    ],
    [
      'with Podman',
      {
        engine: { ...docker, software: 'Podman 4.3.1' },
        endpoint: endpointAt('unix:///run/podman/podman.sock'),
      },
      'self-hosted Linux runner; Podman 4.3.1, of this machine (unix:///run/podman/podman.sock)',
    ],
    [
      'on a Mac',
      { os: 'darwin' },
      'self-hosted macOS runner; Docker 28.5.1, in a virtual machine of this one, not tested here',
    ],
    [
      'on Windows',
      { os: 'win32', endpoint: endpointAt('npipe:////./pipe/docker_engine') },
      'self-hosted Windows runner; Docker 28.5.1, in a virtual machine of this one, not tested here',
    ],
    [
      'with an engine that says nothing',
      { engine: null, endpoint: endpointAt('') },
      'self-hosted Linux runner; an engine that does not say what it is, elsewhere (its default address)',
    ],
  ])('%s', (_what, facts, line) => {
    const shown = topologyLine({ ...machine, ...facts })
    expect(shown).toContain(line)
    expect(shown).not.toContain('\n')
  })
})

describe('CTN-12 where no task can run', () => {
  it.each([
    [null, null],
    [docker, null],
    [windows, /runs Windows containers.*Use a Linux runner.*SwitchLinuxEngine/],
  ])('an engine is refused or not: %j', (engine, refusal) => {
    const why = topologyRefusal({ engine })
    if (refusal === null) expect(why).toBeNull()
    else expect(why).toMatch(refusal)
  })

  it.each([
    [{ os: 'linux', inPod: false }, null],
    [{ os: 'linux', inPod: true }, /pod of Kubernetes.*containerMode type dind.*DOCKER_HOST/],
    [
      { os: 'darwin', inPod: false },
      /macOS runners have no container engine.*runs-on: ubuntu-latest.*Colima/,
    ],
    [{ os: 'win32', inPod: false }, /Windows runners have no engine for Linux containers/],
  ])('and without an engine there is something to do: %j', (place, advice) => {
    const found = adviceWithoutEngine(place)
    if (advice === null) expect(found).toBeNull()
    else expect(found).toMatch(advice)
  })

  it.each([
    [{}, false],
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1' }, true],
    [{ ACTIONS_RUNNER_CONTAINER_HOOKS: '/home/runner/k8s/index.js' }, true],
    [{ ACTIONS_RUNNER_CONTAINER_HOOKS: '/home/runner/docker/index.js' }, false],
  ])('a pod is known by its variables: %j', (env, isPod) => {
    expect(isInPod(env)).toBe(isPod)
  })
})
