package io.airlockapp.gateway.approval.argument.json;

import io.airlockapp.gateway.approval.AirlockSensitive;
import tools.jackson.databind.module.SimpleModule;

/**
 * Jackson module that writes objects as all that they hold: members that no property
 * covers are added and hidden, and what can't be written in full is refused.
 */
@SuppressWarnings("serial")
final class SnapshotModule extends SimpleModule {

	/**
	 * Create the module.
	 * @param masking whether {@link AirlockSensitive} values and hidden members are
	 * masked, rather than written for a digest
	 * @param emptyTypes whether classes may have no members; otherwise they are refused
	 */
	SnapshotModule(boolean masking, boolean emptyTypes) {
		super(SnapshotModule.class.getName() + "-" + masking);
		setSerializerModifier(new SnapshotSerializerModifier(masking, emptyTypes));
	}

}
