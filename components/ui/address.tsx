import { Fragment } from "react";

/** An address or a path that, where the line is too short, goes on after one of its slashes rather than inside of a word. */
export function Address({ children }: { children: string }) {
  return children.split(/(?<=\/)(?=[^/])/).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text, in their order.
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
