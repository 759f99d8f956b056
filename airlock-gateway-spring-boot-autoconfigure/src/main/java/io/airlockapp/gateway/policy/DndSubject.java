package io.airlockapp.gateway.policy;

import java.util.List;

/**
 * Action that is about to be done, which policies are compared with.
 *
 * @param artifactType the type of review that would be requested
 * @param commandText the text that a person would see
 * @param exactTokens the ways to write the beginning of the command as tokens, of which
 * each stands for one thing only. Only these can be approved by a policy for an action
 */
public record DndSubject(String artifactType, String commandText, List<List<String>> exactTokens) {

	public DndSubject {
		exactTokens = exactTokens.stream().map(List::copyOf).toList();
	}

	/**
	 * Return what a free text says is about to be done. Since nobody knows which part of
	 * it an attacker chose, no policy for an action approves it.
	 * @param artifactType the kind of review that would be asked for
	 * @param commandText what a person would see
	 * @return the subject
	 */
	public static DndSubject ofText(String artifactType, String commandText) {
		return new DndSubject(artifactType, commandText, List.of());
	}

	/**
	 * Return a short text without the command, whose arguments may be secret.
	 */
	@Override
	public String toString() {
		return "DndSubject[artifactType=%s]".formatted(this.artifactType);
	}

}
