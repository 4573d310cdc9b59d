"""What can come in a job's way. `sentence` is what people read."""


class JobsError(Exception):
    """Base. The sentence says what happened, what stays as it was, and what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class JobFailed(JobsError):
    """Raised by a run that cannot succeed however often it is tried: the sentence is shown to the owner."""


class TooManyJobs(JobsError):
    """The person has as many jobs under way as he may."""


class Gone(JobsError):
    """The result is not there any more, or not yet."""


class Stopped(Exception):
    """Inside a run: it is to end here. Raised by `JobContext.progress`, caught by the runner alone."""
