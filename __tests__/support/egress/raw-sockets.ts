/**
 * A script of Python in a task that goes past its routes: an ICMP echo, a UDP datagram, and a frame with a query of DNS
 * to the gateway's own address of Ethernet. It prints how each ended as `NAME: RESULT`.
 */
export const RAW_SOCKETS = `
import os, socket, struct, urllib.parse
ADDRESS = '1.1.1.1'
gateway = urllib.parse.urlparse(os.environ['HTTP_PROXY'])
own = socket.gethostbyname(socket.gethostname())
query = bytes.fromhex('123401000001000000000000076578616d706c6503636f6d0000010001')

def checksum(data):
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16: total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff

def answered(receiver):
    receiver.settimeout(2)
    while True:
        if socket.inet_aton(ADDRESS) in receiver.recv(65535): return 'answered'

def icmp():
    echo = struct.pack('!BBHHH', 8, 0, 0, 1, 1)
    echo = echo[:2] + struct.pack('!H', checksum(echo)) + echo[4:]
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    raw.sendto(echo, (ADDRESS, 0))
    return answered(raw)

def datagram():
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_UDP)
    raw.sendto(struct.pack('!4H', 5353, 53, 8 + len(query), 0) + query, (ADDRESS, 0))
    return answered(raw)

def frame():
    socket.create_connection((gateway.hostname, gateway.port)).close()
    neighbours = dict(line.split()[0:4:3] for line in open('/proc/net/arp').readlines()[1:])
    def mac(text): return bytes.fromhex(text.strip().replace(':', ''))
    link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
    link.bind(('eth0', 0))
    udp = struct.pack('!4H', 5353, 53, 8 + len(query), 0) + query
    header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton(own), socket.inet_aton(ADDRESS))
    header = header[:10] + struct.pack('!H', checksum(header)) + header[12:]
    link.send(mac(neighbours[gateway.hostname]) + mac(open('/sys/class/net/eth0/address').read()) + b'\\x08\\x00' + header + udp)
    return answered(link)

def say(name, work):
    try: print(name + ': ' + work(), flush=True)
    except OSError as error: print('%s: no way (%s)' % (name, error), flush=True)

say('icmp', icmp)
say('raw datagram', datagram)
say('frame', frame)
`
