/** asl-validator 4.0.0 ships no types. */
declare module 'asl-validator' {
  export default function validate(definition: object): {
    readonly isValid: boolean;
    readonly errorsText: (separator?: string) => string;
  };
}
