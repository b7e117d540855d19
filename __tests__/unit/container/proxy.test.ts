import { describe, expect, it } from 'vitest'
import { transportEnvironment } from '../../../src/container/environment.ts'
import { proxiesOf } from '../../../src/container/proxy.ts'
import { endpointAt } from '../../../src/engine/transport/connection.ts'

const ENGINE = endpointAt('unix:///var/run/docker.sock')
const CONFIG = {
  proxies: {
    default: { httpProxy: 'http://me:p%40ss@proxy:3128', noProxy: 'localhost', httpsProxy: '' },
    'tcp://far:2375': { allProxy: 'socks5://far' },
  },
}
const RUNNER = { https_proxy: 'http://runner', NO_PROXY: 'a', no_proxy: 'b', HTTP_PROXY: '' }
const both = (name: string, value: string) => ({ [name]: value, [name.toLowerCase()]: value })

describe('proxiesOf (FID-3)', () => {
  it.each(['config', undefined] as const)('%s: as Docker’s configuration says', (choice) => {
    expect(proxiesOf(choice, RUNNER, CONFIG, ENGINE)).toEqual({
      variables: { ...both('HTTP_PROXY', 'http://me:p%40ss@proxy:3128'), ...both('NO_PROXY', 'localhost') },
      ofCli: { variables: expect.objectContaining({ no_proxy: 'localhost' }), isLocal: true },
      secrets: ['p%40ss', 'p@ss'],
    })
    expect(proxiesOf(choice, RUNNER, CONFIG, endpointAt('tcp://far:2375')).variables).toEqual(
      both('ALL_PROXY', 'socks5://far'),
    )
    expect(proxiesOf(choice, RUNNER, {}, ENGINE)).toMatchObject({
      variables: {},
      ofCli: { variables: {} },
      secrets: [],
    })
  })

  it('runner: those of the runner’s environment in both cases, and none of Docker’s', () => {
    const { variables } = proxiesOf('runner', RUNNER, CONFIG, ENGINE)
    expect(variables).toEqual({ ...both('HTTPS_PROXY', 'http://runner'), NO_PROXY: 'a', no_proxy: 'b' })
  })

  it('services are reached without them', () => {
    const past = (choice: 'runner' | 'none') =>
      proxiesOf(choice, RUNNER, {}, ENGINE, ['db', 'cache']).variables
    expect(past('runner')).toMatchObject({ NO_PROXY: 'a,db,cache', no_proxy: 'b,db,cache' })
    expect(past('none')).toEqual({})
    expect(proxiesOf('config', {}, {}, ENGINE, ['db']).variables).toEqual({})
  })

  it('none: none', () => {
    const { variables, ofCli, secrets } = proxiesOf('none', RUNNER, CONFIG, endpointAt('tcp://near'))
    expect({ variables, secrets }).toEqual({ variables: {}, secrets: [] })
    expect(ofCli.isLocal).toBe(false)
    expect(Object.keys(ofCli.variables)).toEqual(['HTTP_PROXY', 'http_proxy', 'NO_PROXY', 'no_proxy'])
  })

  it.each([
    ['http://proxy:3128', []],
    ['proxy:3128', []],
    ['http://token@proxy', ['token', 'token']],
    ['me:pw@proxy', ['pw', 'pw']],
    ['http://me:@proxy', []],
    ['http://me:a:b@c@proxy/x', ['a:b@c', 'a:b@c']],
    ['http://me:100%@proxy', ['100%', '100%']],
  ])('finds the password of %s', (url, secrets) => {
    expect(proxiesOf('runner', { HTTP_PROXY: url }, {}, ENGINE).secrets).toEqual([...new Set(secrets)])
  })

  it.each([
    [true, { byName: ['A', 'http_proxy', 'HTTP_PROXY'], inTask: {} }],
    [false, { byName: ['A', 'HTTP_PROXY'], inTask: { http_proxy: 'own' } }],
  ])('of Docker’s the task has only what it is to have; its engine here: %s', (isLocal, expected) => {
    const variables = { ...both('HTTP_PROXY', 'docker'), NO_PROXY: 'same' }
    const given = { A: '1', http_proxy: 'own', NO_PROXY: 'same', HTTPS_PROXY: 'x' }
    const transport = transportEnvironment(given, { variables, isLocal })
    expect(transport).toMatchObject({ ...expected, file: 'NO_PROXY=same\nHTTPS_PROXY=x\n' })
    expect(transport.cliEnvironment).toHaveProperty('HTTP_PROXY', undefined)
    expect(transport.cliEnvironment.http_proxy).toBe(isLocal ? 'own' : undefined)
  })
})
