/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.approvers.EscalationStep;
import io.airlockapp.gateway.approvers.Persons;
import io.airlockapp.gateway.approvers.SharedKeys;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approval.Mode;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Approvers;
import io.airlockapp.gateway.autoconfigure.AirlockGatewayProperties.Store;
import io.airlockapp.gateway.harp.SignerKey;
import io.airlockapp.gateway.pairing.ManagedPairingSource;
import io.airlockapp.gateway.store.PairingStore;
import io.airlockapp.gateway.support.AirlockConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Factory for {@link ApproverGroups} from {@link AirlockGatewayProperties}, each of them
 * validated.
 */
final class ApproverGroupsFactory {

	private static final String PREFIX = "airlock.gateway.approvers.";

	private static final String SET_AFTER = "Set it to the time from the request to this step, which increases from step to step.";

	private final AirlockGatewayProperties properties;

	private final ListableBeanFactory beanFactory;

	private final Persons persons;

	ApproverGroupsFactory(AirlockGatewayProperties properties, ListableBeanFactory beanFactory) {
		this.properties = properties;
		this.beanFactory = beanFactory;
		this.persons = properties.approvers().isEmpty() ? Persons.unknown()
				: new Persons(PairingsFromProperties.principals(properties));
	}

	/**
	 * Create the groups.
	 * @param connectionDetails the source of the pairings known at start, or {@code null}
	 * if approvals cannot be requested
	 */
	ApproverGroups create(@Nullable AirlockGatewayConnectionDetails connectionDetails) {
		List<ApproverGroup> groups = new ArrayList<>();
		this.properties.approvers().forEach((name, source) -> groups.add(group(name, source)));
		// Pairings of another source are known to that source alone
		if (connectionDetails != null && this.properties.approval().mode() != Mode.BYPASS
				&& exists(ManagedPairingSource.class)) {
			groups.forEach((group) -> requireReachable(group, connectionDetails.getPairings()));
		}
		return new ApproverGroups(groups, this.persons);
	}

	private ApproverGroup group(String name, Approvers source) {
		String prefix = PREFIX + requireName(PREFIX + name + ".*", name, "its name cannot be one of a group") + ".";
		Set<String> pairings = new LinkedHashSet<>();
		addPairings(pairings, prefix + "pairings", source.pairings());
		List<EscalationStep> escalation = escalation(prefix + "escalation", source.escalation(), pairings);
		AirlockConfigurationException.throwIf(pairings.size() > ApproverGroup.MAX_PAIRINGS, prefix + "pairings",
				"the group has more than %s pairings, those of its escalation included"
					.formatted(ApproverGroup.MAX_PAIRINGS),
				"Name fewer pairings.");
		Duration timeout = source.timeout();
		ApproverGroup group = new ApproverGroup(name, source.pairings(),
				quorum(prefix + "quorum", source.quorum(), pairings),
				(timeout != null) ? AirlockConfigurationException.requireInRange(prefix + "timeout", timeout,
						Duration.ofSeconds(1), ApprovalSettings.MAX_TIMEOUT) : null,
				source.excludeRequester(), source.unknownRequester() == Approvers.UnknownRequester.ASK, escalation);
		if (timeout != null) {
			requireTimeAfterEscalation(group, timeout);
		}
		if (source.excludeRequester()) {
			requireApproversBesideRequester(prefix, group);
		}
		return group;
	}

	private static String requireName(String property, String name, String reason) {
		try {
			return Pairing.requireName(name);
		}
		catch (IllegalArgumentException ex) {
			throw AirlockConfigurationException.ofProperty(property, reason,
					"Use one to 50 lower-case letters, digits and inner hyphens.");
		}
	}

	private static void addPairings(Set<String> all, String property, List<String> names) {
		AirlockConfigurationException.throwIf(names.isEmpty(), property, "it is missing",
				"Set it to the names of pairings, separated by commas.");
		for (String name : names) {
			requireName(property, name, "'%s' cannot be the name of a pairing".formatted(name));
			AirlockConfigurationException.throwIf(!all.add(name), property,
					"the pairing '%s' belongs to the group already".formatted(name),
					"Name each pairing once in all of the group.");
		}
	}

	private static List<EscalationStep> escalation(String prefix, List<Approvers.Escalation> sources,
			Set<String> pairings) {
		List<EscalationStep> steps = new ArrayList<>();
		Duration previous = Duration.ZERO;
		for (int i = 0; i < sources.size(); i++) {
			Approvers.Escalation source = sources.get(i);
			String property = "%s[%s].".formatted(prefix, i);
			addPairings(pairings, property + "pairings", source.pairings());
			Duration after = source.after();
			AirlockConfigurationException.throwIf(after == null, property + "after", "it is missing", SET_AFTER);
			AirlockConfigurationException.requireInRange(property + "after", after, Duration.ofSeconds(1),
					ApprovalSettings.MAX_TIMEOUT);
			AirlockConfigurationException.throwIf(after.compareTo(previous) <= 0, property + "after",
					"it is not later than the step before", SET_AFTER);
			steps.add(new EscalationStep(after, source.pairings(), source.onUnavailable()));
			previous = after;
		}
		return steps;
	}

	private int quorum(String property, @Nullable Integer quorum, Set<String> pairings) {
		AirlockConfigurationException.throwIf(quorum == null && pairings.size() > 1, property,
				"it is missing, while the group has several pairings",
				"Set it to the number of persons who must approve.");
		int persons = this.persons.count(pairings);
		int required = (quorum != null) ? quorum : 1;
		AirlockConfigurationException.throwIf(required < 1, property, "it is less than 1",
				"Set it to the number of persons who must approve.");
		AirlockConfigurationException.throwIf(required > persons, property,
				"it exceeds the number of persons who own the pairings, which is %s".formatted(persons),
				"Lower it, or add pairings of other persons; pairings with a common principal belong to one person.");
		return required;
	}

	/**
	 * Require that the approvers of the last step of an escalation have time to decide.
	 * The time of a group without a timeout is that of each method.
	 */
	private static void requireTimeAfterEscalation(ApproverGroup group, Duration timeout) {
		try {
			group.requireTimeAfterEscalation(timeout);
		}
		catch (IllegalArgumentException ex) {
			throw AirlockConfigurationException.ofProperty(PREFIX + group.name() + ".timeout",
					"it is too short for the escalation", "Leave time after the last step: " + ex.getMessage() + ".");
		}
	}

	private void requireApproversBesideRequester(String prefix, ApproverGroup group) {
		for (String name : group.members()) {
			AirlockConfigurationException.throwIf(!this.persons.isOwned(name),
					PairingsFromProperties.prefix(name) + "principals",
					"it is missing, while the approvers '%s' exclude the requester".formatted(group.name()),
					"Set it to the names under which the owner of the pairing is authenticated, or correct the name of the pairing in the group.");
		}
		int others = this.persons.count(group.members()) - 1;
		AirlockConfigurationException.throwIf(group.quorum() > others, prefix + "quorum",
				"it exceeds the number of persons other than the requester, which is %s".formatted(others), (others > 0)
						? "Lower it, or add the pairing of another person." : "Add the pairing of another person.");
	}

	/**
	 * Require that the quorum of a group can be reached by the pairings known at start
	 * and those that can be made.
	 */
	private void requireReachable(ApproverGroup group, Map<String, Pairing> configured) {
		Map<String, List<SignerKey>> keys = new LinkedHashMap<>();
		for (String name : group.members()) {
			Pairing pairing = configured.get(name);
			AirlockConfigurationException.throwIf(pairing == null && !canBePaired(),
					PairingsFromProperties.prefix(name) + "*",
					"it is missing, but the approvers '%s' need this pairing, and a new one could not be stored"
						.formatted(group.name()),
					FailureMessages.inTest()
							+ "Set the keys of the pairing, or set 'airlock.gateway.pairing.store.type' to 'file' or 'jdbc'. "
							+ "Where nothing is guarded, set 'airlock.gateway.enabled=false'.");
			keys.put(name, (pairing != null) ? pairing.signerKeys() : List.of());
		}
		SharedKeys shared = new SharedKeys(keys, this.persons);
		int voters = shared.countVoters(group.excludeRequester());
		AirlockConfigurationException.throwIf(voters < group.quorum(), PREFIX + group.name() + ".quorum",
				"%s, so that it cannot be reached".formatted(String.join(", ", shared.describe())),
				"Pair another phone%s.".formatted((voters > 0) ? ", or lower the quorum to %s".formatted(voters) : ""));
	}

	/**
	 * Return whether pairings can be stored, without creating the store, since the groups
	 * may be required before.
	 */
	private boolean canBePaired() {
		return exists(PairingStore.class) && (this.properties.pairing().store().type() != Store.Type.PROPERTIES
				|| !this.beanFactory.containsBean("airlockPairingStore"));
	}

	private boolean exists(Class<?> type) {
		return BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beanFactory, type, true, false).length > 0;
	}

}
