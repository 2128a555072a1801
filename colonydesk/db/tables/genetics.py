"""Strains, alleles and how an animal's zygosities follow from its tests."""

from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from colonydesk.db.tables.base import Base, Described, Named, Record, link, one_of, ref
from colonydesk.domain.codes import TEST_RESULT, ZYGOSITY, ZYGOSITY_ORIGIN


class Strain(Described, Base):
    __tablename__ = "strain"


class Source(Described, Base):
    __tablename__ = "source"


class Sequence(Named, Base):
    __tablename__ = "sequence"

    base_pairs: Mapped[str | None]
    description: Mapped[str | None]


class Allele(Record, Base):
    __tablename__ = "allele"

    nickname: Mapped[str] = mapped_column(unique=True)


allele_sequence = link("allele_sequence", "allele", "sequence")


line_allele = link("line_allele", "line", "allele")


class ZygosityRule(Record, Base):
    __tablename__ = "zygosity_rule"

    line_id: Mapped[UUID] = ref("line", "CASCADE", index=False)
    allele_id: Mapped[UUID] = ref("allele", "CASCADE")
    position: Mapped[int] = mapped_column(default=0)
    sequence0_id: Mapped[UUID | None] = ref("sequence")
    sequence0_result: Mapped[int | None]
    sequence1_id: Mapped[UUID | None] = ref("sequence")
    sequence1_result: Mapped[int | None]
    zygosity: Mapped[int]

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
    allele_id: Mapped[UUID] = ref("allele")
    zygosity: Mapped[int]
    origin: Mapped[str] = mapped_column(default="hand")

    __table_args__ = (
        UniqueConstraint("subject_id", "allele_id"),
        one_of("zygosity", ZYGOSITY),
        one_of("origin", ZYGOSITY_ORIGIN),
    )


class GenotypeTest(Record, Base):
    __tablename__ = "genotype_test"

    subject_id: Mapped[UUID] = ref("subject", "CASCADE")
    sequence_id: Mapped[UUID] = ref("sequence")
    test_result: Mapped[int | None]

    __table_args__ = (one_of("test_result", TEST_RESULT),)
