/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.util.List;

/**
 * Action that is compared with policies before it is executed.
 *
 * @param artifactType the artifact type of the approval request
 * @param commandText the text that is shown to the approver
 * @param exactTokens the notations of the command's beginning as tokens, in each of which
 * every token has one meaning only; a policy for an action can approve only these
 */
public record DndSubject(String artifactType, String commandText, List<List<String>> exactTokens) {

	public DndSubject {
		exactTokens = exactTokens.stream().map(List::copyOf).toList();
	}

	/**
	 * Create a subject of a free text. Since an attacker may have chosen any part of it,
	 * no policy for an action approves it.
	 * @param artifactType the artifact type of the approval request
	 * @param commandText the text that is shown to the approver
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
