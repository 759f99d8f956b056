package io.airlockapp.gateway.autoconfigure.reactor;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

/**
 * Guarded class in a package with the name of a library.
 */
public class GuardedReactor {

	/**
	 * Do nothing.
	 */
	@RequiresAirlockApproval
	public void shutDown() {
	}

}
