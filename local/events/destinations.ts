/** API destinations: what they would be asked is kept, and nothing is asked. */
import type { Clock } from '../core/clock.ts';

export interface Connection {
  readonly arn: string;
  /** Headers and body fields that it adds; secrets are references. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

export interface Destination {
  readonly arn: string;
  readonly connectionArn: string;
  readonly url: string;
  readonly method: string;
}

export interface Asked {
  readonly destination: string;
  readonly at: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export class Destinations {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #connections = new Map<string, Connection>();
  readonly #destinations = new Map<string, Destination>();
  readonly asked: Asked[] = [];

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  putConnection(connection: Connection): void {
    this.#connections.set(connection.arn, connection);
  }

  put(destination: Destination): void {
    this.#destinations.set(destination.arn, destination);
  }

  ask(arn: string, text: string): void {
    const destination = this.#destinations.get(arn);
    const connection = destination && this.#connections.get(destination.connectionArn);
    if (!destination || !connection) throw new Error(`no API destination ${arn}`);
    const body: unknown = JSON.parse(text);
    const fields = Object.keys(connection.body).length > 0;
    if (fields && (typeof body !== 'object' || body === null))
      throw new Error(`${arn}: a body that is no object cannot take the connection's fields`);
    this.asked.push({
      destination: arn,
      at: this.#clock.now(),
      method: destination.method,
      url: destination.url,
      headers: { 'content-type': 'application/json; charset=utf-8', ...connection.headers },
      body: fields ? JSON.stringify({ ...Object(body), ...connection.body }) : text,
    });
  }
}
