/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.simulator;

import java.util.List;

import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RequestedAction}.
 */
class RequestedActionTests {

	private static final String APPROVE = "{'id':'a','caption':'Go','style':'primary','decision':'approve'}";

	@Test
	void readsActions() {
		assertThat(actions("{'version':1,'actions':[" + APPROVE
				+ ",{'id':'b','caption':'Stop','style':'danger','decision':'reject'}]}"))
			.containsExactly(new RequestedAction("a", "Go", "primary", Verdict.APPROVE),
					new RequestedAction("b", "Stop", "danger", Verdict.REJECT));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{'version':2,'actions':[" + APPROVE + "]}", "{'actions':[" + APPROVE + "]}",
			"{'version':'1','actions':[" + APPROVE + "]}", "{'version':1,'actions':[]}", "{'version':1}",
			"{'version':1,'actions':[" + APPROVE + "," + APPROVE + "]}",
			"{'version':1,'actions':[" + APPROVE
					+ ",{'id':'A','caption':'Go','style':'primary','decision':'approve'}]}",
			"{'version':1,'actions':[{'id':'a','caption':' ','style':'primary','decision':'approve'}]}",
			"{'version':1,'actions':[{'id':'','caption':'Go','style':'primary','decision':'approve'}]}",
			"{'version':1,'actions':[{'id':'a','caption':'Go','style':'loud','decision':'approve'}]}",
			"{'version':1,'actions':[{'id':'a','caption':'Go','style':'primary','decision':'Approve'}]}",
			"{'version':1,'actions':[{'id':1,'caption':'Go','style':'primary','decision':'approve'}]}",
			"{'version':1,'actions':['a']}",
			"{'version':1,'actions':[{'id':'1','caption':'x','style':'danger','decision':'reject'},"
					+ "{'id':'2','caption':'x','style':'danger','decision':'reject'},"
					+ "{'id':'3','caption':'x','style':'danger','decision':'reject'},"
					+ "{'id':'4','caption':'x','style':'danger','decision':'reject'},"
					+ "{'id':'5','caption':'x','style':'danger','decision':'reject'},"
					+ "{'id':'6','caption':'x','style':'danger','decision':'reject'}]}" })
	void offersApproveAndRejectWhenTheExtensionViolatesItsRules(String extension) {
		assertThat(actions(extension)).extracting(RequestedAction::id).containsExactly("approve", "reject");
	}

	@Test
	void offersApproveAndRejectWhenThereIsNoExtension() {
		assertThat(RequestedAction.of(HarpJson.mapper().createObjectNode())).extracting(RequestedAction::caption)
			.containsExactly("Approve", "Reject");
	}

	private static List<RequestedAction> actions(String extension) {
		return RequestedAction.of(HarpJson.mapper()
			.readTree("{'extensions':{'org.harp.requestedActions':%s}}".formatted(extension).replace('\'', '"')));
	}

}
