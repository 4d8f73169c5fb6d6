/** The open arc that turns while something is under way. The word beside it says what. */
export function Spinner() {
  return (
    <svg
      viewBox="0 0 16 16"
      width="15"
      height="15"
      aria-hidden="true"
      focusable="false"
      className="shrink-0 animate-arc"
    >
      <path
        d="M8 1.4A6.6 6.6 0 1 1 1.4 8"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
