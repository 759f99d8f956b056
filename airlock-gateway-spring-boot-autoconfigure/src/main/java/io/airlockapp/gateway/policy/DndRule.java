/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.policy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.client.DndPolicy;
import io.airlockapp.gateway.client.DndPolicy.ActionSelector;
import io.airlockapp.gateway.harp.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Well-formed policy that applies to this application. Denials are matched loosely, since
 * at worst they prevent an action. Approvals are matched exactly. It is not signed, so
 * the gateway can forge it.
 *
 * @param id the policy's id
 * @param verdict the verdict of the policy
 * @param artifactType the artifact type that the policy is limited to
 * @param commandFamily the first token of the commands that the policy is limited to
 * @param prefix the first tokens of the commands that the policy is for, or empty for a
 * whole workspace
 * @param words the words of that prefix
 * @param createdAt the time of its creation, or {@link Instant#MIN} if it has none
 * @param expiresAt the time at which it expires
 */
public record DndRule(String id, Verdict verdict, @Nullable String artifactType, @Nullable String commandFamily,
		List<String> prefix, List<String> words, Instant createdAt, Instant expiresAt) {

	private static final String WORKSPACE = "airlock.dnd.workspace";

	private static final String ACTION = "airlock.dnd.action";

	private static final Map<String, Verdict> MODES = Map.of("approve_all", Verdict.APPROVE, "deny_all",
			Verdict.REJECT);

	private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");

	private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}_.:@/+-]+");

	/**
	 * Read a policy.
	 * @return the rule, or an empty result if the policy is malformed, of an unknown
	 * kind, for another enforcer or workspace, or for a session, since this application
	 * has none
	 */
	static Optional<DndRule> read(DndPolicy policy, Enforcer enforcer) {
		String id = policy.requestId();
		Verdict verdict = (policy.policyMode() != null) ? MODES.get(policy.policyMode()) : null;
		Instant expiresAt = policy.expiresAt();
		boolean ours = enforcer.id().equals(policy.enforcerId())
				&& enforcer.workspaceName().equals(policy.workspaceId()) && policy.sessionId() == null;
		List<String> prefix = prefix(policy.actionSelector());
		if (!ours || !isScoped(policy, !prefix.isEmpty()) || id == null || id.isBlank() || verdict == null
				|| expiresAt == null) {
			return Optional.empty();
		}
		return Optional.of(new DndRule(id, verdict, policy.targetArtifactType(), family(policy), prefix,
				words(String.join(" ", prefix)), (policy.createdAt() != null) ? policy.createdAt() : Instant.MIN,
				expiresAt));
	}

	private static boolean isScoped(DndPolicy policy, boolean hasPrefix) {
		return ACTION.equals(policy.objectType()) ? hasPrefix
				: WORKSPACE.equals(policy.objectType()) && !hasPrefix && family(policy) == null;
	}

	private static @Nullable String family(DndPolicy policy) {
		return (policy.actionSelector() != null) ? policy.actionSelector().commandFamily() : null;
	}

	private static List<String> prefix(@Nullable ActionSelector selector) {
		if (selector == null || selector.argvPrefix() == null) {
			return List.of();
		}
		// Phones send several tokens as one element
		return selector.argvPrefix()
			.stream()
			.flatMap(WHITE_SPACE::splitAsStream)
			.filter((token) -> !token.isEmpty())
			.toList();
	}

	/**
	 * Return whether this policy denies what it applies to.
	 * @return {@code true} only for {@link Verdict#REJECT}
	 */
	public boolean isDenied() {
		return this.verdict == Verdict.REJECT;
	}

	/**
	 * Return whether this policy is for certain actions, not for the whole workspace.
	 * @return whether it is
	 */
	public boolean isForAction() {
		return !this.prefix.isEmpty();
	}

	/**
	 * Return whether this rule applies to an action.
	 * @param texts the words of the action's command, which are the same for all rules
	 */
	boolean matches(DndSubject subject, Map<String, List<List<String>>> texts) {
		if (this.artifactType != null && !this.artifactType.equals(subject.artifactType())) {
			return false;
		}
		if (!isForAction()) {
			return true;
		}
		return isDenied()
				? !this.words.isEmpty() && texts.getOrDefault(this.words.get(0), List.of())
					.stream()
					.anyMatch((text) -> startsWith(text, this.words))
				: subject.exactTokens().stream().anyMatch(this::matchesExactly);
	}

	private boolean matchesExactly(List<String> tokens) {
		return startsWith(tokens, this.prefix)
				&& (this.commandFamily == null || this.commandFamily.equals(tokens.get(0)));
	}

	/**
	 * Return the words of a command by their first one, in full and of each line, since
	 * the first line may state that the command is not shown in full.
	 */
	static Map<String, List<List<String>>> texts(String commandText) {
		return Stream.concat(Stream.of(commandText), commandText.lines())
			.map(DndRule::words)
			.filter((words) -> !words.isEmpty())
			.collect(Collectors.groupingBy((words) -> words.get(0)));
	}

	private static List<String> words(String text) {
		return Arrays.stream(BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT)))
			.filter((word) -> !word.isEmpty())
			.toList();
	}

	private static boolean startsWith(List<String> tokens, List<String> prefix) {
		return tokens.size() >= prefix.size() && tokens.subList(0, prefix.size()).equals(prefix);
	}

}
