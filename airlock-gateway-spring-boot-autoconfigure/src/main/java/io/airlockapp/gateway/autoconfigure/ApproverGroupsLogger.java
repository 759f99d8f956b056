/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.autoconfigure;

import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroup;
import io.airlockapp.gateway.approvers.ApproverGroupState;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.pairing.PairingChangedEvent;
import io.airlockapp.gateway.support.DetachedThreadFactory;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.context.event.EventListener;

/**
 * Logs a warning about each group of approvers of whom not all can approve, after the
 * start and at each change of one of its pairings. At start, the pairings are read in the
 * background, since their store must not delay it.
 */
record ApproverGroupsLogger(ApproverGroups groups,
		Supplier<@Nullable PairingSource> pairings) implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(ApproverGroupsLogger.class);

	@Override
	public void afterSingletonsInstantiated() {
		PairingSource source = this.groups.all().isEmpty() ? null : this.pairings.get();
		if (source != null) {
			new DetachedThreadFactory("airlock-approvers-").newThread(() -> log(source, (group) -> true)).start();
		}
	}

	@EventListener
	void onPairingChanged(PairingChangedEvent event) {
		PairingSource source = this.groups.contain(event.name()) ? this.pairings.get() : null;
		if (source != null) {
			log(source, (group) -> group.members().contains(event.name()));
		}
	}

	private void log(PairingSource source, Predicate<ApproverGroup> concerned) {
		try {
			this.groups.getStates(source)
				.stream()
				.filter((state) -> concerned.test(state.group()))
				.map(ApproverGroupState::findWarning)
				.filter(Objects::nonNull)
				.forEach(logger::warn);
		}
		catch (Throwable ex) {
			logger.warn("The state of the approvers cannot be determined: " + AirlockGatewayException.safeMessage(ex));
		}
	}

}
