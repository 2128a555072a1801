"""Which animals are negative."""

from colonydesk.db.engine import Database
from colonydesk.db.tables import Allele, Zygosity
from colonydesk.queries.genotypes import negative
from tests.builders import scene
from tests.queries.colony import counted


def test_an_animal_is_negative_when_every_zygosity_is_absent(db: Database) -> None:
    of = scene(db)
    alleles = [of.add(Allele, nickname=name) for name in ("Cre", "Flp")]
    found = {}
    for name, zygosities in (
        ("both", (0, 0)),
        ("one", (0, 1)),
        ("single", (0,)),
        ("none", ()),
        ("has", (3,)),
    ):
        found[name] = of.subject(name)
        for allele, zygosity in zip(alleles, zygosities, strict=False):
            of.add(Zygosity, subject_id=found[name], allele_id=allele, zygosity=zygosity)
    with db.read() as connection:
        assert negative(connection) == {found["both"], found["single"]}
        with counted(db) as sent:
            assert negative(connection, [found["both"], found["one"]]) == {found["both"]}
        assert len(sent) == 1
