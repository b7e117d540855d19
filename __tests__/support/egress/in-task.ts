import type { StepResult } from '../runner.ts'
import { PSK_CLIENT_SCRIPT } from './psk.ts'

/**
 * The start of a script of Node in a task: functions that try to reach something, and `say`, which prints how that
 * ended as `NAME: RESULT`.
 */
export const IN_TASK = `
const net = require('node:net'), http = require('node:http'), tls = require('node:tls')
const dgram = require('node:dgram'), dns = require('node:dns').promises
const proxy = new URL(process.env.HTTP_PROXY ?? 'http://none:1')
const within = (ms, work) => Promise.race([work, new Promise((_, no) => setTimeout(() => no(Error('nothing')), ms).unref())])
const say = async (name, work, ms = 4000) => console.log(name + ': ' + String(await within(ms, work()).catch((error) => 'no way (' + error.message + ')')).trim())
const get = (url, headers = {}) => new Promise((yes, no) => {
  http.get({ host: proxy.hostname, port: proxy.port, path: url, headers, agent: false }, (answer) => {
    let body = ''
    answer.on('data', (part) => { body += part }).on('end', () => yes(answer.statusCode + ' ' + (answer.headers.location ?? body)))
  }).on('error', no)
})
const tunnel = (authority) => new Promise((yes, no) => {
  http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: authority, agent: false })
    .on('connect', ({ statusCode }, socket, head) => {
      if (head.length > 0) socket.unshift(head)
      if (statusCode === 200) yes(socket)
      else no(Error(String(statusCode)))
    }).on('error', no).end()
})
const read = (socket) => new Promise((yes, no) => {
  let all = ''
  socket.on('data', (part) => { all += part }).on('close', () => yes(all || 'closed')).on('error', no)
})
const secure = async (authority, servername) => {
  const socket = tls.connect({ socket: await tunnel(authority), servername, ...${PSK_CLIENT_SCRIPT} })
  socket.end('over tls')
  return read(socket)
}
const direct = (host, port) => new Promise((yes, no) => {
  net.connect({ host, port }, () => yes('reached')).on('error', no)
})
const datagram = (address, port) => new Promise((yes, no) => {
  const query = Buffer.from('123401000001000000000000076578616d706c6503636f6d0000010001', 'hex')
  const socket = dgram.createSocket(address.includes(':') ? 'udp6' : 'udp4').on('message', () => yes('answered')).on('error', no)
  socket.unref().send(query, port, address, (error) => error && no(error))
})
const status = (authority) => tunnel(authority).then((socket) => { socket.destroy(); return '200' })
`

/** What a script said by `say`, or by `echo "NAME: RESULT"`, by name. */
export const said = ({ lines }: StepResult): Record<string, string> =>
  Object.fromEntries(
    lines
      .flatMap((line) => [/^([\w -]+): (.*)$/.exec(line)?.slice(1) ?? []])
      .filter((one) => one.length === 2),
  )
