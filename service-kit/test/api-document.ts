export type Json = Record<string, unknown>;

/** A part of a document, and the JSON pointer that leads to it. */
export interface Part<Node = Json> {
  pointer: string;
  node: Node;
}

/** One call of an OpenAPI document, with every reference but those of its schemas followed. */
export interface ApiCall {
  id: string;
  method: string;
  path: string;
  parameters: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Part }[];
  body: { schema: Part; examples: Record<string, { value: unknown }> } | undefined;
  answers: ApiAnswer[];
}

export interface ApiAnswer {
  status: number;
  headers: { name: string; required: boolean; schema: Part }[];
  /** By media type; examples are those of the document's components, problems among them. */
  content: { mediaType: string; schema: Part; examples: Record<string, Part> }[];
}

/** The calls of an OpenAPI document, those with fewer parameters in their paths first. */
export function readCalls(document: Json): ApiCall[] {
  const at = (pointer: string): Part => follow(document, pointer);
  const children = (pointer: string): [string, Part][] => {
    const part = at(pointer);
    return Object.keys(part.node ?? {}).map((key) => [key, at(`${part.pointer}/${escapeKey(key)}`)]);
  };
  const calls = children('/paths').flatMap(([path, item]) =>
    children(item.pointer).map(([method, operation]): ApiCall => {
      const json = `${operation.pointer}/requestBody/content/application~1json`;
      return {
        id: operation.node['operationId'] as string,
        method: method.toUpperCase(),
        path,
        parameters: children(`${operation.pointer}/parameters`).map(([, { pointer, node }]) => ({
          ...(node as { name: string; in: 'path' | 'query' | 'header'; required: boolean }),
          schema: at(`${pointer}/schema`),
        })),
        body: operation.node['requestBody']
          ? {
              schema: at(`${json}/schema`),
              examples: (at(json).node['examples'] ?? {}) as Record<string, { value: unknown }>,
            }
          : undefined,
        answers: children(`${operation.pointer}/responses`).map(([status, response]) => ({
          status: Number(status),
          headers: children(`${response.pointer}/headers`).map(([name, { pointer, node }]) => ({
            name,
            required: node['required'] === true,
            schema: at(`${pointer}/schema`),
          })),
          content: children(`${response.pointer}/content`).map(([mediaType, { pointer }]) => ({
            mediaType,
            schema: at(`${pointer}/schema`),
            examples: Object.fromEntries(children(`${pointer}/examples`)),
          })),
        })),
      };
    }),
  );
  return calls.sort((a, b) => a.path.split('{').length - b.path.split('{').length);
}

/** The part at a JSON pointer, or the one that it refers to; undefined where there is none. */
export function follow(document: Json, pointer: string): Part {
  const keys = pointer.split('/').slice(1).map(unescapeKey);
  const node = keys.reduce<unknown>((parent, key) => Object(parent)[key], document) as Json;
  const reference = Object(node)['$ref'];
  return typeof reference === 'string' ? follow(document, reference.slice(1)) : { pointer, node };
}

const escapeKey = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');
const unescapeKey = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~');
