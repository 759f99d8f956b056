/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approvers;

import java.util.List;

import io.airlockapp.gateway.support.Durations;
import io.airlockapp.gateway.support.VisibleText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds what all requests of one call to a group of approvers have in common. It is part
 * of the plaintext of each request, so that it binds the votes to each other.
 *
 * @param callId the id of the call
 * @param approvers the name of the group
 * @param quorum the number of persons who have to approve
 * @param of the number of persons who can be asked, including those of all steps
 * @param requester the requester, or {@code null} if unknown
 */
public record CallTerms(String callId, String approvers, int quorum, int of, @Nullable String requester) {

	private static final int MAX_REQUESTER = 100;

	private static final String CALL = "call";

	private static final String STEP = "step";

	private static final String DESCRIPTION = "description";

	private static final String SEPARATOR = ". ";

	/**
	 * Create the terms.
	 * @param callId the id of the call
	 * @param group the group, without the pairings of an excluded requester
	 * @param persons the persons who own the pairings
	 * @param requester the requester, or {@code null} if unknown
	 * @return the terms
	 */
	public static CallTerms of(String callId, ApproverGroup group, Persons persons, @Nullable String requester) {
		return new CallTerms(callId, group.name(), group.quorum(), persons.count(group.members()), requester);
	}

	private static String note(EscalationStep configured, boolean unavailable) {
		return "Asked in addition " + (unavailable ? "because too few others can be asked"
				: "after " + Durations.text(configured.after()) + " without a decision");
	}

	/**
	 * Add these terms to the plaintext of a request to those who are asked first: as a
	 * member, and as the first line of the description, which no value of the call can
	 * imitate.
	 * @param plaintext the plaintext of the request
	 */
	public void addTo(ObjectNode plaintext) {
		ObjectNode call = plaintext.putObject(CALL)
			.put("id", this.callId)
			.put("approvers", this.approvers)
			.put("quorum", this.quorum)
			.put("of", this.of)
			.put(STEP, 0);
		StringBuilder line = new StringBuilder(
				"%s of the %s approvers of '%s' must approve".formatted(this.quorum, this.of, this.approvers));
		if (this.requester != null) {
			String shown = VisibleText.ofValue(shown(this.requester));
			call.put("requestedBy", shown);
			line.append(SEPARATOR).append("Asked by ").append(shown);
		}
		plaintext.put(DESCRIPTION, line + "\n" + plaintext.path(DESCRIPTION).asString(""));
	}

	/**
	 * Change the plaintext for those who are asked first to that for those whom a step
	 * asks.
	 * @param plaintext the plaintext with terms
	 * @param number the number of the step, beginning with 1
	 * @param configured the step
	 * @param unavailable whether the step does not wait for its time
	 */
	public static void addStep(ObjectNode plaintext, int number, EscalationStep configured, boolean unavailable) {
		setStep(plaintext, number);
		String text = plaintext.path(DESCRIPTION).asString("");
		int end = text.indexOf('\n');
		plaintext.put(DESCRIPTION,
				text.substring(0, end) + SEPARATOR + note(configured, unavailable) + text.substring(end));
	}

	/**
	 * Change the plaintext for those whom a step asks to that for those who are asked
	 * first. Another plaintext is left as it is.
	 * @param plaintext the plaintext with terms
	 * @param escalation the steps of the group
	 */
	public static void removeStep(ObjectNode plaintext, List<EscalationStep> escalation) {
		int number = plaintext.path(CALL).path(STEP).asInt(0);
		String text = plaintext.path(DESCRIPTION).asString("");
		int end = text.indexOf('\n');
		if (number < 1 || number > escalation.size() || end < 0) {
			return;
		}
		for (boolean unavailable : new boolean[] { false, true }) {
			String added = SEPARATOR + note(escalation.get(number - 1), unavailable);
			if (text.substring(0, end).endsWith(added)) {
				setStep(plaintext, 0);
				plaintext.put(DESCRIPTION, text.substring(0, end - added.length()) + text.substring(end));
			}
		}
	}

	private static void setStep(ObjectNode plaintext, int number) {
		plaintext.withObject(CALL).put(STEP, number);
	}

	/**
	 * Return the name of the requester after the client registration or issuer, which is
	 * the first to be shortened.
	 */
	private static String shown(String requester) {
		int end = requester.indexOf(Persons.QUALIFIER_SEPARATOR);
		String name = shortened(requester.substring(end + 1).replace(Persons.QUALIFIER_SEPARATOR, '/'), MAX_REQUESTER);
		if (end < 0) {
			return name;
		}
		int left = MAX_REQUESTER - 1 - name.codePointCount(0, name.length());
		return shortened(requester.substring(0, end), Math.max(1, left)) + "/" + name;
	}

	private static String shortened(String text, int max) {
		return (text.codePointCount(0, text.length()) <= max) ? text
				: text.substring(0, text.offsetByCodePoints(0, max - 1)) + "…";
	}

}
