"""`connection` reads as a clause or as a noun phrase, whichever it is (guide, line 11)."""

import pytest

from rounds.domain.connection import because

NOUNS = [
    "your talk on infant sleep",
    "your column on parental leave in the county newsletter",
    "the clinic's screening initiative for new parents",
    "your article on reading and worry",
    "the article you wrote for the parents' newsletter",
    'your book "Sleep is medicine"',
    "your new clinic on Alder Street",
    "our shared interest in perinatal OCD",
    "shared interest in chronic pain",
    "your work with patients who have had a loss",
    "your research on how sleep affects mood",
    "Sam Lee's kind words about you",
    "an interview with you in the Oregonian",
    "your team's DBT group",
    "Rose City Pediatrics' new behavioral health program",
    "patients with long COVID",
    "the grief group you run at the library",
    "EMDR training in Bend last spring",
    "mutual friends at OHSU",
    "our group on Thursdays",
]
CLAUSES = [
    "we both see families from Larch Street School",
    "Keiko Marlowe says you are wonderful with anxious children",
    "Keiko mentioned your work with families after a loss",
    "your clinic started a group for dads",
    "your clinic in Salem has a waitlist for teens",
    "your practice takes Medicaid, which few here do",
    "your office is on my street",
    "both of us work with school refusal",
    "our offices are next door to each other",
    "our children go to the same school",
    "you spoke at the state conference about autism and girls",
    "you're one of the few who treat tics",
    "there are few people here who treat selective mutism",
    "I admire how your clinic welcomes new parents",
    "several families have told me about your calm way with toddlers",
]


@pytest.mark.parametrize("text", NOUNS)
def test_a_noun_phrase_takes_of(text: str) -> None:
    assert because(text) == f"because of {text}"


@pytest.mark.parametrize("text", CLAUSES)
def test_a_clause_stands_alone(text: str) -> None:
    assert because(text) == f"because {text}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("We both trained at OHSU", "because we both trained at OHSU"),
        ("Your post about lactation after a loss.", "because of your post about lactation after a loss"),
        ("You're next door", "because you're next door"),
        ("because of your work with grandparents", "because of your work with grandparents"),
        ("because we know the same families", "because we know the same families"),
        ("I'm writing because of your talk", "because of your talk"),
        ("Patients in common: loss", "because of the patients we have in common: loss"),
        ("both serve Spanish-speaking families", "because we both serve Spanish-speaking families"),
        ("met at the wellness fair", "because we met at the wellness fair"),
        ("met you at the health fair", "because I met you at the health fair"),
        ("heard your podcast about postpartum OCD", "because I heard your podcast about postpartum OCD"),
        ("read your blog post about sleep", "because I read your blog post about sleep"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_what_people_leave_out_or_add_is_put_right(text: str, said: str) -> None:
    """A missing subject, a capital of the note's own, words of the sentence that it completes."""
    assert because(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("her talk on birth trauma at the spring conference", "because of your talk on birth trauma at the spring conference"),
        ("She runs the feeding clinic in Salem", "because you run the feeding clinic in Salem"),
        ("he wrote the county's guide", "because you wrote the county's guide"),
        ("she teaches at OHSU", "because you teach at OHSU"),
        ("he is on the school board", "because you are on the school board"),
        ("they started a group for new fathers", "because you started a group for new fathers"),
        ("Heard her speak at grand rounds", "because I heard you speak at grand rounds"),
        ("attended his workshop on tics", "because I attended your workshop on tics"),
        ("met him at the fair", "because I met you at the fair"),
    ],
)  # fmt: skip
def test_a_note_about_the_partner_is_said_to_the_partner(text: str, said: str) -> None:
    assert because(text) == said
