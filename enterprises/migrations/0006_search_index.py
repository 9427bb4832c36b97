"""Put an index of pairs of signs under the search; enterprises.search_index says how it works."""

from typing import Any

from django.db import migrations, models

KINDS = ("enterprise", "project", "group")
# Two passes bring all pairs: those that begin at an odd place, and those at an even one. Then the
# first two signs of each own line, and each own line whole, with line breaks for spaces.
FUNCTION = r"""
CREATE OR REPLACE FUNCTION enterprises_grams(own text, around text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$
BEGIN
  RETURN string_to_array(
    regexp_replace(own || around, '(..)', E'\\1\x1f', 'g') || E'\x1f'
    || regexp_replace(substr(own || around, 2), '(..)', E'\\1\x1f', 'g') || E'\x1f'
    || regexp_replace(own, '\n([^\n]{0,2})[^\n]*', E'\n\\1\x1f', 'g')
    || translate(replace(own, E'\n', E'\n\x1f'), ' ', E'\n'),
    E'\x1f');
END $$
"""
# Every sign on a keyboard is a part of a word here.
SIGNS = "!\"\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~"


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
        for kind in KINDS:
            # New entries wait in a list that each search reads, so it is kept short.
            schema_editor.execute(
                f"CREATE INDEX enterprises_search_{kind} ON enterprises_searchentry "
                f"USING gin (enterprises_grams(text, around)) WITH (gin_pending_list_limit = 1024) "
                f"WHERE {kind}_id IS NOT NULL"
            )
        return
    for kind in KINDS:
        schema_editor.execute(
            f"CREATE VIRTUAL TABLE enterprises_grams_{kind} USING fts5(grams, columnsize=0, "
            f"detail=none, tokenize=\"ascii tokenchars '{SIGNS}'\")",
            params=None,
        )


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for kind in KINDS:
            schema_editor.execute(f"DROP INDEX enterprises_search_{kind}")
        schema_editor.execute("DROP FUNCTION enterprises_grams")
        return
    for kind in KINDS:
        schema_editor.execute(f"DROP TABLE enterprises_grams_{kind}")


class Migration(migrations.Migration):
    dependencies = [("enterprises", "0005_versions_tags_and_kept_columns")]

    operations = [
        migrations.AddField("searchentry", "around", models.TextField(default="")),
        migrations.AlterField("searchentry", "around", models.TextField()),
        migrations.RunPython(make, drop),
    ]
