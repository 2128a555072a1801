"""Strains, alleles and how an animal's zygosities follow from its tests."""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Described, Named, Record, link, one_of, ref
from colonydesk.domain.codes import TEST_RESULT, ZYGOSITY, ZYGOSITY_ORIGIN


class Strain(Described, Base):
    __tablename__ = "strain"


class Source(Described, Base):
    __tablename__ = "source"


class Sequence(Named, Base):
    __tablename__ = "sequence"

    base_pairs: Mapped[str | None] = mapped_column(
        doc="The bases of the sequence, 5' to 3'", info={"long": True}
    )
    description: Mapped[str | None] = mapped_column(info={"long": True})


class Allele(Record, Base):
    __tablename__ = "allele"

    nickname: Mapped[str] = mapped_column(unique=True, doc="What everybody calls it: Ai32")


allele_sequence = link("allele_sequence", "allele", "sequence")


line_allele = link("line_allele", "line", "allele")


class ZygosityRule(Record, Base):
    __tablename__ = "zygosity_rule"

    line_id: Mapped[UUID] = ref("line", "CASCADE", index=False)
    allele_id: Mapped[UUID] = ref("allele", "CASCADE")
    position: Mapped[int] = mapped_column(
        default=0, doc="The rules of a line and allele are tried in this order; the first that fits holds"
    )
    sequence0_id: Mapped[UUID | None] = ref("sequence")
    sequence0_result: Mapped[int | None] = mapped_column(info={"codes": TEST_RESULT})
    sequence1_id: Mapped[UUID | None] = ref("sequence")
    sequence1_result: Mapped[int | None] = mapped_column(info={"codes": TEST_RESULT})
    zygosity: Mapped[int] = mapped_column(doc="What the animal is then", info={"codes": ZYGOSITY})

    __table_args__ = (
        UniqueConstraint(
            "line_id", "allele_id", "sequence0_id", "sequence0_result", "sequence1_id", "sequence1_result"
        ),
        one_of("sequence0_result", TEST_RESULT),
        one_of("sequence1_result", TEST_RESULT),
        one_of("zygosity", ZYGOSITY),
    )


class Zygosity(Record, Base):
    __tablename__ = "zygosity"

    subject_id: Mapped[UUID] = ref("subject", "CASCADE", index=False)
    allele_id: Mapped[UUID] = ref("allele", index=False)
    zygosity: Mapped[int] = mapped_column(info={"codes": ZYGOSITY})
    origin: Mapped[str] = mapped_column(
        default="hand",
        doc="A zygosity entered by hand is never changed by tests",
        info={"codes": ZYGOSITY_ORIGIN},
    )

    __table_args__ = (
        UniqueConstraint("subject_id", "allele_id"),
        # Which animals are all positive, all homozygous: read off this alone.
        Index(None, "subject_id", "zygosity"),
        # Which animals have each allele how: by it the list of animals is ordered by genotype.
        Index(None, "allele_id", "zygosity", "subject_id"),
        one_of("zygosity", ZYGOSITY),
        one_of("origin", ZYGOSITY_ORIGIN),
    )


class GenotypeTest(Record, Base):
    __tablename__ = "genotype_test"

    subject_id: Mapped[UUID] = ref("subject", "CASCADE")
    sequence_id: Mapped[UUID] = ref("sequence")
    test_result: Mapped[int | None] = mapped_column(info={"codes": TEST_RESULT})

    __table_args__ = (one_of("test_result", TEST_RESULT),)
