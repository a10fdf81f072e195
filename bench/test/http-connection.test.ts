import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodePost, openConnection, readAnswer } from '../src/http-connection.ts';

const head = 'HTTP/1.1 201 Created\r\nX-Request-Id: 1\r\nContent-Length: 5\r\n\r\n';

test('an answer is read once it is whole', () => {
  expect(readAnswer(head.slice(0, -3))).toBeUndefined();
  expect(readAnswer(`${head}1234`)).toBeUndefined();
  expect(readAnswer(`${head}12345`)).toEqual({ status: 201, body: '12345' });
});

test.each([
  ['more than one answer', `${head}123456`],
  ['an answer without a length', 'HTTP/1.1 200 OK\r\n\r\n'],
  ['what is not HTTP', 'SSH-2.0\r\n\r\n'],
])('%s is a mistake', (_name, received) => {
  expect(() => readAnswer(received)).toThrow();
});

test('one connection carries one request after the other, until the server ends it', async () => {
  const ports = new Set<number | undefined>();
  const server = createServer((request, response) => {
    ports.add(request.socket.remotePort);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = `${request.method} ${request.url} ${request.headers['prefer']} ${Buffer.concat(chunks)} ü`;
      response.writeHead(202, { 'content-length': Buffer.byteLength(body) });
      // In pieces, one of which ends within a character.
      const bytes = Buffer.from(body);
      response.write(bytes.subarray(0, -1));
      setTimeout(() => response.end(bytes.subarray(-1)), 10);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/orders`);
  const connection = openConnection(url);
  for (const quantity of [1, 2]) {
    const answer = await connection.send(encodePost(url, { quantity }, { prefer: 'respond-async' }));
    expect(answer).toEqual({ status: 202, body: `POST /orders respond-async {"quantity":${quantity}} ü` });
  }
  expect(ports.size).toBe(1);
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await expect(connection.send(encodePost(url, {}))).rejects.toThrow('closed');
});
