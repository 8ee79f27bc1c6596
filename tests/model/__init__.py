"""The life of a ballot as a finite world, explored to its end: the program's own tables, people, paper and crashes."""
