import { expect, it } from 'vitest'
import { EngineError } from '../../../src/engine/errors.ts'
import { isPassing } from '../../../src/engine/pull-faults.ts'

const URL = 'Get "https://registry-1.docker.io/v2/"'

it.each([
  `${URL}: dial tcp: lookup registry-1.docker.io on 127.0.0.53:53: no such host`,
  `${URL}: dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: server misbehaving`,
  `${URL}: dial tcp: lookup registry-1.docker.io: Temporary failure in name resolution`,
  `${URL}: dial tcp 1.2.3.4:443: connect: network is unreachable`,
  `${URL}: dial tcp 1.2.3.4:443: connect: no route to host`,
  `${URL}: dial tcp 1.2.3.4:443: connect: host is down`,
  `${URL}: dial tcp 1.2.3.4:443: i/o timeout`,
  `${URL}: read tcp 10.0.0.5:41234->1.2.3.4:443: read: connection reset by peer`,
  `${URL}: write tcp 10.0.0.5:41234->1.2.3.4:443: write: broken pipe`,
  `${URL}: EOF`,
  `${URL}: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)`,
  `${URL}: context deadline exceeded`,
  `${URL}: http2: client connection lost`,
  'stream error: stream ID 5; INTERNAL_ERROR; received from peer',
  'received unexpected HTTP status: 503 Service Unavailable',
  'toomanyrequests: You have reached your pull rate limit.',
])('RUN-6 a pull is tried again after: %s', (message) => {
  expect(isPassing(new EngineError('refused', 'docker pull', message))).toBe(true)
})

it.each([
  'manifest for busybox:nope not found: manifest unknown: manifest unknown',
  'pull access denied for octo/secret, repository does not exist or may require docker login',
  'unauthorized: authentication required',
  'no matching manifest for linux/arm64/v8 in the manifest list entries',
  'x509: certificate signed by unknown authority',
  'write /var/lib/docker/tmp/GetImageBlob1: no space left on device',
])('RUN-6 a pull is not tried again after: %s', (message) => {
  expect(isPassing(new EngineError('refused', 'docker pull', message))).toBe(false)
})
