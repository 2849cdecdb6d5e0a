"""Results → text, Markdown, HTML and JSON: a document is built once and rendered n times."""
