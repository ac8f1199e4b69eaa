"""The legal review by topic (§3.3): completeness, supplements, joint reviewers, experts, findings, clock."""
