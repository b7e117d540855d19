import { describe, expect, it } from 'vitest'
import { cliRefusal, connectionError, EngineError, refusalOf } from '../../../src/engine/errors.ts'
import { pullFault } from '../../../src/engine/pull-faults.ts'
import { startFault } from '../../../src/engine/start-faults.ts'

describe('refusal', () => {
  it.each([
    [404, 'No such container: x', 'not-found'],
    [404, 'get x: no such volume', 'not-found'],
    [409, 'remove x: volume is in use - [0a]', 'conflict'],
    [
      500,
      'container create: creating container storage: the container name "a" is already in use by 0a.',
      'conflict',
    ],
    [409, 'removal of container x is already in progress', 'conflict'],
    [409, 'remove x: volume has active mounts', 'still-mounted'],
    [403, 'network x id 0a has active endpoints', 'refused'],
    [500, 'write /var/lib/docker/x: no space left on device', 'disk-full'],
    [500, 'mkdir /var/lib/docker/x: disk quota exceeded', 'disk-full'],
    [400, 'invalid mount config for type "bind": bind source path does not exist: /checkout', 'mount-unseen'],
    [500, 'statfs /checkout: no such file or directory', 'mount-unseen'],
    [
      500,
      'could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network',
      'no-addresses',
    ],
    [500, 'all predefined address pools have been fully subnetted', 'no-addresses'],
    [500, 'container create: container-init binary not found on the host: stat /x/catatonit', 'no-init'],
    [
      400,
      'client version 1.51 is too old. Minimum supported API version is 1.60, please upgrade',
      'no-common-version',
    ],
    [400, 'range of CPUs is from 0.01 to 2.00', 'refused'],
    [503, '', 'refused'],
  ])('%i, %j is %s', (status, message, reason) => {
    expect(refusalOf('call', status, message)).toMatchObject({ reason, call: 'call' })
  })

  it('says something where the engine does not', () => {
    expect(refusalOf('image inspect', 503, '').message).toBe(
      'the engine answered image inspect with status 503',
    )
  })
})

describe('cliRefusal', () => {
  it.each([
    [
      'Error response from daemon: Conflict. The container name "/a" is already in use by container "0".',
      'conflict',
    ],
    ['Error: creating container storage: the container name "a" is already in use by 0a.', 'conflict'],
    ['Bind for 0.0.0.0:80 failed: port is already allocated', 'refused'],
    [
      'Error response from daemon: invalid mount config for type "bind": stat /checkout/folder-0: permission denied',
      'mount-unseen',
    ],
    ['invalid mount config for type "bind": field Source must not be empty', 'refused'],
    ['failed to create shim task: permission denied', 'refused'],
    ['"--init" requires API version 1.25, but the Docker daemon API version is 1.10', 'no-common-version'],
    [
      'Error response from daemon: client version 1.52 is too new. Maximum supported API version is 1.41',
      'no-common-version',
    ],
    ['Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?', 'unreachable'],
    ['error during connect: Post "http://x/v1.41/containers/create": EOF', 'unreachable'],
    [
      'Got permission denied while trying to connect to the Docker daemon socket at unix:///x: dial unix /x',
      'denied',
    ],
    ['Error response from daemon: Get "https://r.example/v2/": connection reset by peer', 'refused'],
    [
      'Error response from daemon: unable to find network with name or ID a.network-0: network not found',
      'not-found',
    ],
    ['Error response from daemon: network a.network-0 not found', 'not-found'],
  ])('%s is %s', (stderr, reason) => {
    expect(cliRefusal('docker create', stderr, 1).reason).toBe(reason)
  })

  it('says what the CLI says, without what it always says', () => {
    expect(cliRefusal('docker pull', 'Error response from daemon: no\n', 1).message).toBe('no')
    expect(cliRefusal('docker pull', '', 137).message).toBe('docker pull ended with 137')
  })
})

describe('connectionError', () => {
  it.each([
    ['ENOENT', 'unreachable'],
    ['ECONNREFUSED', 'unreachable'],
    ['ECONNRESET', 'unreachable'],
    ['EACCES', 'denied'],
  ])('%s is %s', (code, reason) => {
    expect(connectionError('ping', Object.assign(new Error(code), { code })).reason).toBe(reason)
  })
})

describe('pullFault', () => {
  it.each([
    ['write /x: no space left on device', 'disk-full'],
    ['toomanyrequests: You have reached your pull rate limit', 'rate-limit'],
    ['something else', 'unknown'],
  ])('%s is %s', (message, fault) => {
    expect(pullFault(new EngineError('refused', 'image pull', message))).toBe(fault)
  })
})

describe('startFault', () => {
  it.each([
    ['could not select device driver "" with capabilities: [[gpu]]', 'no-gpu-driver'],
    ['nvidia-container-cli: initialization error: load library failed: libnvidia-ml.so.1', 'no-gpu-driver'],
    ['setting up CDI devices: unresolvable CDI devices nvidia.com/gpu=all', 'no-gpu-driver'],
    ['exec /bin/app: exec format error', 'other-processor'],
    [
      "error while mounting volume '/x/_data': failed to mount local volume: mount overlay:/x/_data, data: lowerdir=/w: invalid argument",
      'overlay-refused',
    ],
    ['exec: "bash": executable file not found in $PATH', null],
    ['', null],
  ])('of %j is %s', (message, fault) => {
    expect(startFault(message)).toBe(fault)
  })
})
